import { weakSuiteKinds, type WeakSuiteKind } from '../model/scan-observation.ts';

/*
 * Cipher suites of SSL 3.0 to TLS 1.2 that a deep scan offers by hand, as in the IANA registry "TLS Cipher Suites".
 * Those of TLS 1.3 are not here: they are all strong, and OpenSSL offers them.
 */

/** `usual`: what a client of today offers up to TLS 1.2. */
export type SuiteKind = WeakSuiteKind | 'usual';

export interface CipherSuite {
  readonly code: number;
  /** As in the IANA registry. */
  readonly name: string;
  readonly kind: SuiteKind;
  /** Strength of the cipher in bits, which for 3DES is 112 (RFC 9325 section 4.1). */
  readonly keyBits: number;
}

const table: Readonly<Record<SuiteKind, readonly (readonly [code: number, name: string, keyBits: number])[]>> = {
  null: [
    [0x0001, 'TLS_RSA_WITH_NULL_MD5', 0],
    [0x0002, 'TLS_RSA_WITH_NULL_SHA', 0],
    [0x003b, 'TLS_RSA_WITH_NULL_SHA256', 0],
    [0xc001, 'TLS_ECDH_ECDSA_WITH_NULL_SHA', 0],
    [0xc006, 'TLS_ECDHE_ECDSA_WITH_NULL_SHA', 0],
    [0xc00b, 'TLS_ECDH_RSA_WITH_NULL_SHA', 0],
    [0xc010, 'TLS_ECDHE_RSA_WITH_NULL_SHA', 0],
    [0xc015, 'TLS_ECDH_anon_WITH_NULL_SHA', 0],
  ],
  export: [
    [0x0003, 'TLS_RSA_EXPORT_WITH_RC4_40_MD5', 40],
    [0x0006, 'TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5', 40],
    [0x0008, 'TLS_RSA_EXPORT_WITH_DES40_CBC_SHA', 40],
    [0x0011, 'TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA', 40],
    [0x0014, 'TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA', 40],
    [0x0017, 'TLS_DH_anon_EXPORT_WITH_RC4_40_MD5', 40],
    [0x0019, 'TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA', 40],
  ],
  rc4: [
    [0x0004, 'TLS_RSA_WITH_RC4_128_MD5', 128],
    [0x0005, 'TLS_RSA_WITH_RC4_128_SHA', 128],
    [0x0018, 'TLS_DH_anon_WITH_RC4_128_MD5', 128],
    [0xc002, 'TLS_ECDH_ECDSA_WITH_RC4_128_SHA', 128],
    [0xc007, 'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA', 128],
    [0xc00c, 'TLS_ECDH_RSA_WITH_RC4_128_SHA', 128],
    [0xc011, 'TLS_ECDHE_RSA_WITH_RC4_128_SHA', 128],
    [0xc016, 'TLS_ECDH_anon_WITH_RC4_128_SHA', 128],
  ],
  '3des': [
    [0x0007, 'TLS_RSA_WITH_IDEA_CBC_SHA', 128],
    [0x0009, 'TLS_RSA_WITH_DES_CBC_SHA', 56],
    [0x000a, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 112],
    [0x0013, 'TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA', 112],
    [0x0015, 'TLS_DHE_RSA_WITH_DES_CBC_SHA', 56],
    [0x0016, 'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA', 112],
    [0x001a, 'TLS_DH_anon_WITH_DES_CBC_SHA', 56],
    [0x001b, 'TLS_DH_anon_WITH_3DES_EDE_CBC_SHA', 112],
    [0xc003, 'TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA', 112],
    [0xc008, 'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA', 112],
    [0xc00d, 'TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA', 112],
    [0xc012, 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', 112],
    [0xc017, 'TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA', 112],
  ],
  anonymous: [
    [0x0034, 'TLS_DH_anon_WITH_AES_128_CBC_SHA', 128],
    [0x003a, 'TLS_DH_anon_WITH_AES_256_CBC_SHA', 256],
    [0x0046, 'TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA', 128],
    [0x006c, 'TLS_DH_anon_WITH_AES_128_CBC_SHA256', 128],
    [0x006d, 'TLS_DH_anon_WITH_AES_256_CBC_SHA256', 256],
    [0x0089, 'TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA', 256],
    [0x00a6, 'TLS_DH_anon_WITH_AES_128_GCM_SHA256', 128],
    [0x00a7, 'TLS_DH_anon_WITH_AES_256_GCM_SHA384', 256],
    [0xc018, 'TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 128],
    [0xc019, 'TLS_ECDH_anon_WITH_AES_256_CBC_SHA', 256],
  ],
  'static-rsa': [
    [0x002f, 'TLS_RSA_WITH_AES_128_CBC_SHA', 128],
    [0x0035, 'TLS_RSA_WITH_AES_256_CBC_SHA', 256],
    [0x003c, 'TLS_RSA_WITH_AES_128_CBC_SHA256', 128],
    [0x003d, 'TLS_RSA_WITH_AES_256_CBC_SHA256', 256],
    [0x0041, 'TLS_RSA_WITH_CAMELLIA_128_CBC_SHA', 128],
    [0x0084, 'TLS_RSA_WITH_CAMELLIA_256_CBC_SHA', 256],
    [0x0096, 'TLS_RSA_WITH_SEED_CBC_SHA', 128],
    [0x009c, 'TLS_RSA_WITH_AES_128_GCM_SHA256', 128],
    [0x009d, 'TLS_RSA_WITH_AES_256_GCM_SHA384', 256],
    [0xc09c, 'TLS_RSA_WITH_AES_128_CCM', 128],
    [0xc09d, 'TLS_RSA_WITH_AES_256_CCM', 256],
  ],
  usual: [
    [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 128],
    [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 128],
    [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 256],
    [0xc030, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 256],
    [0xcca9, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 256],
    [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 256],
    [0x009e, 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 128],
    [0x009f, 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', 256],
    [0xc009, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 128],
    [0xc013, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 128],
    [0xc00a, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 256],
    [0xc014, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 256],
    [0x0033, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA', 128],
    [0x0039, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA', 256],
  ],
};

const kinds: readonly SuiteKind[] = [...weakSuiteKinds, 'usual'];
const suites: readonly CipherSuite[] = kinds.flatMap((kind) => suitesOf(kind));
const byCode: ReadonlyMap<number, CipherSuite> = new Map(suites.map((suite) => [suite.code, suite]));

/** The suites of one kind, in the order in which they are offered. */
export function suitesOf(kind: SuiteKind): readonly CipherSuite[] {
  return table[kind].map(([code, name, keyBits]) => ({ code, name, kind, keyBits }));
}

/** The suite with this code (two octets as one number); undefined where it is not one of ours. */
export function findCipherSuite(code: number): CipherSuite | undefined {
  return byCode.get(code);
}

/** Four lower-case hex digits, as draft section 6 writes a suite that has no name. */
export function suiteHex(code: number): string {
  return code.toString(16).padStart(4, '0');
}
