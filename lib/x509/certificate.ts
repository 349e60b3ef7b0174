import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import type { Result } from '../model/result.ts';
import { err, ok } from '../model/result.ts';
import type { DerElement } from './der.ts';
import { derTag, readDerElement, readDerElements, readDerText, readDerTime } from './der.ts';
import type { CertificateTimestamp } from './sct-list.ts';
import { readSctList } from './sct-list.ts';
import type { SrvId } from './srv-id.ts';
import { parseSrvId } from './srv-id.ts';

/** What we read from one X.509 certificate (RFC 5280). Texts come from a stranger: escape at output. */
export interface Certificate {
  /** The bytes as they came. */
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** One line, `CN=…, O=…` in the order of the certificate. */
  readonly subject: string;
  /** The most specific common name of the subject, as it stands; null where it has none. Nothing is verified by it (RFC 9525 section 2). */
  readonly commonName: string | null;
  readonly issuer: string;
  /** Lower-case hex. */
  readonly serialNumber: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, cut out of the DER (RFC 6698 section 2.1.2). */
  readonly spki: Uint8Array;
  /** rsa, ec, ed25519, ed448; `unknown` for any other algorithm. Read from the algorithm's OID: importing the key costs more than all the rest. */
  readonly keyType: string;
  /** dNSName entries of the SAN extension, lower case, otherwise as they stand. */
  readonly dnsNames: readonly string[];
  /** SRVName entries (RFC 4985) of the SAN extension. */
  readonly srvIds: readonly SrvId[];
  /** Timestamps of transparency logs that are embedded in it. */
  readonly timestamps: readonly CertificateTimestamp[];
  /** Basic constraints say that it may sign certificates. */
  readonly isAuthority: boolean;
  /** pathLenConstraint of the basic constraints: CA certificates that may stand below it; null where there is no limit. */
  readonly pathLength: number | null;
  /** Subject and issuer are the same name. Whether it also signed itself: {@link isSelfSigned}. */
  readonly isSelfIssued: boolean;
}

/** Entries of one SAN extension that are kept. Public CAs stop at 100 to 250. */
const maxNames = 1000;

const subjectAltName = '551d11';
const basicConstraints = '551d13';
const embeddedTimestamps = '2b06010401d679020402';
const srvName = '2b06010505070807';

/**
 * Reads a certificate. Dates, names and the public key are taken from the DER itself, because Node's text forms lose
 * what cannot be printed. Garbage gives a reason, never an exception.
 */
export function parseCertificate(der: Uint8Array): Result<Certificate> {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
  } catch {
    return err('OpenSSL cannot read it as a certificate');
  }
  const fields = readFields(der);
  if (fields === undefined) return err('the DER does not have the form of RFC 5280');
  const { extensions, ...rest } = fields;
  return ok({
    ...rest,
    ...readNames(extensions),
    timestamps: readTimestamps(extensions),
    pathLength: readPathLength(extensions),
    fingerprint: digestHex(rest.der, 'sha256'),
    subject: oneLine(x509.subject),
    commonName: readCommonName(x509.subject),
    issuer: oneLine(x509.issuer),
    serialNumber: x509.serialNumber.toLowerCase(),
    isAuthority: x509.ca,
  });
}

/** SHA-256 or SHA-512 of the bytes, lower-case hex. */
export function digestHex(bytes: Uint8Array, algorithm: 'sha256' | 'sha512'): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** Whether `issuer` names the issuer of `certificate` and its key made the signature. Dates and constraints are not looked at. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    const child = new X509Certificate(certificate.der);
    const parent = new X509Certificate(issuer.der);
    return child.checkIssued(parent) && child.verify(parent.publicKey);
  } catch {
    // A key that OpenSSL cannot use has signed nothing that we can confirm.
    return false;
  }
}

/** Whether this key (SubjectPublicKeyInfo) made the signature. Names, dates and constraints are not looked at. */
export function isSignedWith(certificate: Certificate, spki: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return new X509Certificate(certificate.der).verify(key);
  } catch {
    return false;
  }
}

/** Whether the certificate carries its own signature: nobody else vouches for it. */
export function isSelfSigned(certificate: Certificate): boolean {
  // Not checkIssued: a self-signed leaf without the certSign usage is self-signed all the same.
  return certificate.isSelfIssued && isSignedWith(certificate, certificate.spki);
}

const keyTypes: Readonly<Record<string, string>> = {
  '2a864886f70d010101': 'rsa',
  '2a8648ce3d0201': 'ec',
  '2b6570': 'ed25519',
  '2b6571': 'ed448',
};

/** RFC 5280 section 4.1.2.7: the algorithm's OID is the first element of the first element. */
function readKeyType(spki: DerElement): string {
  const algorithm = readDerElement(spki.contents);
  const id = algorithm === undefined ? undefined : readDerElement(algorithm.contents);
  return (id === undefined ? undefined : keyTypes[hex(id.contents)]) ?? 'unknown';
}

/** Node prints one attribute a line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** RFC 6125 section 2.3.1: attributes go from the general to the specific. */
function readCommonName(name: string | undefined): string | null {
  const last = (name ?? '').split('\n').findLast((line) => line.startsWith('CN='));
  return last === undefined ? null : last.slice('CN='.length);
}

interface Fields {
  readonly der: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Uint8Array;
  readonly keyType: string;
  readonly isSelfIssued: boolean;
  readonly extensions: DerElement | undefined;
}

/** RFC 5280 section 4.1: TBSCertificate, with the optional version in front. */
function readFields(der: Uint8Array): Fields | undefined {
  const outer = readDerElement(der);
  const tbs = outer === undefined ? undefined : readDerElement(outer.contents);
  if (outer === undefined || tbs === undefined) return undefined;
  const elements = readDerElements(tbs.contents);
  if (elements === undefined) return undefined;
  const afterVersion = elements[0]?.tag === 0xa0 ? elements.slice(1) : elements;
  const [, , issuer, validity, subject, spki, ...optional] = afterVersion;
  if (issuer === undefined || validity === undefined || subject === undefined || spki === undefined) return undefined;
  const [from, to] = readDerElements(validity.contents) ?? [];
  const notBefore = from === undefined ? undefined : readDerTime(from);
  const notAfter = to === undefined ? undefined : readDerTime(to);
  if (notBefore === undefined || notAfter === undefined) return undefined;
  return {
    der: outer.raw,
    notBefore,
    notAfter,
    spki: spki.raw,
    keyType: readKeyType(spki),
    isSelfIssued: hex(issuer.raw) === hex(subject.raw),
    extensions: optional.find((element) => element.tag === 0xa3),
  };
}

/** The values of all extensions with this identifier: a certificate that has one twice is not ours to refuse. */
function readExtensions(extensions: DerElement | undefined, wanted: string): readonly DerElement[] {
  const list = extensions === undefined ? undefined : readDerElement(extensions.contents);
  return ((list === undefined ? undefined : readDerElements(list.contents)) ?? []).flatMap((extension) => {
    const parts = readDerElements(extension.contents) ?? [];
    const value = parts.at(-1);
    if (parts[0] === undefined || hex(parts[0].contents) !== wanted) return [];
    return value?.tag === derTag.octetString ? [value] : [];
  });
}

function readNames(extensions: DerElement | undefined): Pick<Certificate, 'dnsNames' | 'srvIds'> {
  const dnsNames: string[] = [];
  const srvIds: SrvId[] = [];
  for (const value of readExtensions(extensions, subjectAltName)) {
    const generalNames = readDerElement(value.contents);
    for (const name of (generalNames === undefined ? undefined : readDerElements(generalNames.contents)) ?? []) {
      if (dnsNames.length + srvIds.length === maxNames) break;
      if (name.tag === 0x82) dnsNames.push(readDerText(name.contents).toLowerCase());
      const srvId = name.tag === 0xa0 ? readSrvName(name) : undefined;
      if (srvId !== undefined) srvIds.push(srvId);
    }
  }
  return { dnsNames, srvIds };
}

/** RFC 5280 section 4.2.1.9: the INTEGER behind the optional BOOLEAN. What is no small number allows nothing below. */
function readPathLength(extensions: DerElement | undefined): number | null {
  const [value] = readExtensions(extensions, basicConstraints);
  const constraints = value === undefined ? undefined : readDerElement(value.contents);
  const length = (constraints === undefined ? undefined : readDerElements(constraints.contents))?.find(
    ({ tag }) => tag === derTag.integer,
  );
  if (length === undefined) return null;
  const [first, ...more] = length.contents;
  return first === undefined || first > 127 || more.length > 0 ? 0 : first;
}

/** RFC 6962 section 3.3: an OCTET STRING in the OCTET STRING that every extension is. */
function readTimestamps(extensions: DerElement | undefined): readonly CertificateTimestamp[] {
  const [value] = readExtensions(extensions, embeddedTimestamps);
  const inner = value === undefined ? undefined : readDerElement(value.contents);
  return inner?.tag === derTag.octetString ? readSctList(inner.contents) : [];
}

/** RFC 4985 section 2: otherName with an IA5String under an explicit tag 0. */
function readSrvName(otherName: DerElement): SrvId | undefined {
  const [type, explicit] = readDerElements(otherName.contents) ?? [];
  if (type === undefined || explicit === undefined || hex(type.contents) !== srvName) return undefined;
  const value = readDerElement(explicit.contents);
  return value?.tag === derTag.ia5String ? parseSrvId(readDerText(value.contents)) : undefined;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
