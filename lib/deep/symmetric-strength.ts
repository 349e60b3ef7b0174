/**
 * How strong the cipher of a TLS session is. `strong`: a symmetric key of 128 bits or more. `rc4`: 128 bits on paper, and
 * forbidden since (RFC 7465). `weak`: less, export ciphers and no encryption included; 3DES has 168 bits of key and is
 * worth 112. `unknown`: a name that we do not know.
 */
export type SymmetricStrength = 'strong' | 'rc4' | 'weak' | 'unknown';

const weakPattern = /(?:^|[-_])(?:EXP|EXPORT|EXP1024|NULL|RC2|DES|3DES|DES40|40|56)(?:[-_]|$)/;
const strongPattern = /AES|CHACHA20|CAMELLIA|ARIA|SEED|IDEA|SM4/;

/** The strength of a suite, by its OpenSSL name (`ECDHE-RSA-AES128-GCM-SHA256`) or its name at IANA. */
export function strengthOfSuite(name: string): SymmetricStrength {
  const suite = name.toUpperCase();
  if (weakPattern.test(suite)) return 'weak';
  if (suite.includes('RC4')) return 'rc4';
  return strongPattern.test(suite) ? 'strong' : 'unknown';
}
