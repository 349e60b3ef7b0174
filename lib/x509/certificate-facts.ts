import { createPublicKey } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { isSelfSigned, parseCertificate } from './certificate.ts';
import { derTag, readDerElement, readDerElements } from './der.ts';

/** Raised when what is read changes: rows of older versions are read again. */
export const certificateFactsVersion = 1;

/** Why a certificate is weaker than it should be; clients begin to refuse both. */
export const certificateWeaknesses = ['short-key', 'old-signature'] as const;
export type CertificateWeakness = (typeof certificateWeaknesses)[number];

/** What lists tell of a certificate, bounded. Texts come from a stranger: escape at output. */
export interface CertificateFacts extends Pick<
  Certificate,
  'subject' | 'commonName' | 'issuer' | 'serialNumber' | 'notBefore' | 'notAfter' | 'keyType'
> {
  /** The first DNS names of the SAN extension. */
  readonly names: readonly string[];
  /** All that it has. */
  readonly nameCount: number;
  /** Of the modulus or the curve; null where OpenSSL cannot use the key. */
  readonly keyBits: number | null;
  /** E.g. `sha256-rsa`; null for an algorithm that we have no name for. */
  readonly signatureAlgorithm: string | null;
  readonly selfSigned: boolean;
  /** Basic constraints say that it may sign certificates. */
  readonly authority: boolean;
  readonly weaknesses: readonly CertificateWeakness[];
}

const maxNames = 20;
const maxText = 500;
const maxSerial = 64;

/** Reads a certificate for lists; null: it cannot be read as one. */
export function readCertificateFacts(der: Uint8Array): CertificateFacts | null {
  const parsed = parseCertificate(der);
  if (!parsed.ok) return null;
  const certificate = parsed.value;
  const selfSigned = isSelfSigned(certificate);
  const keyBits = readKeyBits(certificate);
  const signatureAlgorithm = readSignatureAlgorithm(der);
  return {
    subject: certificate.subject.slice(0, maxText),
    commonName: certificate.commonName?.slice(0, maxText) ?? null,
    issuer: certificate.issuer.slice(0, maxText),
    serialNumber: certificate.serialNumber.slice(0, maxSerial),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyType: certificate.keyType,
    keyBits,
    signatureAlgorithm,
    names: certificate.dnsNames.slice(0, maxNames).map((name) => name.slice(0, maxText)),
    nameCount: certificate.dnsNames.length,
    selfSigned,
    authority: certificate.isAuthority,
    weaknesses: findWeaknesses({ keyType: certificate.keyType, keyBits, signatureAlgorithm, selfSigned }),
  };
}

/**
 * Keys below 2048 (RSA) or 224 bits (curves): less than the 112 bits of security that NIST SP 800-57 asks for. MD5 and
 * SHA-1 signatures: RFC 9155, SHA-1's collisions. Nobody goes by the signature of what signed itself.
 */
function findWeaknesses({
  keyType,
  keyBits,
  signatureAlgorithm,
  selfSigned,
}: Pick<CertificateFacts, 'keyType' | 'keyBits' | 'signatureAlgorithm' | 'selfSigned'>): CertificateWeakness[] {
  const smallest = keyType === 'rsa' ? 2048 : keyType === 'ec' ? 224 : 0;
  const isOld = signatureAlgorithm !== null && /^(?:md[25]|sha1)-/.test(signatureAlgorithm);
  return [
    ...(keyBits !== null && keyBits < smallest ? (['short-key'] as const) : []),
    ...(isOld && !selfSigned ? (['old-signature'] as const) : []),
  ];
}

/** Curves by the name that OpenSSL has for them. */
const curveBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  secp224r1: 224,
  prime256v1: 256,
  secp256k1: 256,
  brainpoolP256r1: 256,
  secp384r1: 384,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
  secp521r1: 521,
};

function readKeyBits({ spki, keyType }: Certificate): number | null {
  if (keyType === 'ed25519') return 256;
  if (keyType === 'ed448') return 456;
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
    return modulusLength ?? (namedCurve === undefined ? null : (curveBits[namedCurve] ?? null));
  } catch {
    return null;
  }
}

/** RFC 3279, RFC 4055, RFC 5758, RFC 8410: the OID's contents in hex. */
const signatureAlgorithms: Readonly<Record<string, string>> = {
  '2a864886f70d010102': 'md2-rsa',
  '2a864886f70d010104': 'md5-rsa',
  '2a864886f70d010105': 'sha1-rsa',
  '2a864886f70d01010a': 'rsa-pss',
  '2a864886f70d01010b': 'sha256-rsa',
  '2a864886f70d01010c': 'sha384-rsa',
  '2a864886f70d01010d': 'sha512-rsa',
  '2a864886f70d01010e': 'sha224-rsa',
  '2a8648ce380403': 'sha1-dsa',
  '2a8648ce3d0401': 'sha1-ecdsa',
  '2a8648ce3d040301': 'sha224-ecdsa',
  '2a8648ce3d040302': 'sha256-ecdsa',
  '2a8648ce3d040303': 'sha384-ecdsa',
  '2a8648ce3d040304': 'sha512-ecdsa',
  '2b6570': 'ed25519',
  '2b6571': 'ed448',
};

/** RFC 5280 section 4.1.1.2: the second element of the certificate. */
function readSignatureAlgorithm(der: Uint8Array): string | null {
  const outer = readDerElement(der);
  const algorithm = outer === undefined ? undefined : readDerElements(outer.contents)?.[1];
  const id = algorithm === undefined ? undefined : readDerElement(algorithm.contents);
  if (id?.tag !== derTag.objectIdentifier) return null;
  return signatureAlgorithms[Buffer.from(id.contents).toString('hex')] ?? null;
}
