import type { KeyObject } from 'node:crypto';
import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import forge from 'node-forge';

/*
 * Certificates made at test time. node-forge writes the DER, node:crypto makes keys and signatures, so that any key
 * type, any date and any broken name can be had without waiting for a command line.
 */

const { asn1 } = forge;
const { Class, Type } = asn1;

/** forge types every tag number as a universal type: context tags 0 to 3 by the numbers they share. */
const contextTag = { 0: Type.NONE, 2: Type.INTEGER, 3: Type.BITSTRING } as const;

export interface TestCertificate {
  readonly commonName: string;
  readonly der: Buffer;
  /** As observations keep it. */
  readonly base64: string;
  readonly pem: string;
  readonly key: KeyObject;
  /** PKCS#8 PEM, for servers. */
  readonly keyPem: string;
}

export type TestKeyType = 'ec' | 'rsa' | 'ed25519';

export interface TestCertificateOptions {
  readonly commonName: string;
  /** Default: signed with its own key. */
  readonly issuer?: Pick<TestCertificate, 'commonName' | 'key'>;
  readonly dnsNames?: readonly string[];
  /** SRV-IDs (RFC 4985), e.g. `_imaps.example.org`. */
  readonly srvNames?: readonly string[];
  /** A SignedCertificateTimestampList (RFC 6962) to embed. */
  readonly timestampList?: Buffer;
  /** Milliseconds since the epoch. Default: valid from 30 days before the given `now` of the tests to 60 days after. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly keyType?: TestKeyType;
  /** Reuse of a key, as a renewal that keeps it. */
  readonly key?: KeyObject;
  readonly isAuthority?: boolean;
  /** CA certificates that may stand below this one. Default: no limit. */
  readonly pathLength?: number;
}

/** The time that observations in tests are judged at unless they say otherwise. */
export const testNow = Date.UTC(2026, 10, 24, 4, 0, 0);
export const dayMs = 86_400_000;

/** Issues one certificate. EC P-256 unless told otherwise. */
export function issueCertificate(options: TestCertificateOptions): TestCertificate {
  const key = options.key ?? generateKey(options.keyType ?? 'ec');
  const signer = options.issuer?.key ?? key;
  const algorithm = signatureAlgorithm(signer);
  const tbs = sequence([
    explicit(0, [integer('\x02')]),
    integer(`\x01${randomBytes(8).toString('latin1')}`),
    algorithm,
    name(options.issuer?.commonName ?? options.commonName),
    sequence([time(options.notBefore ?? testNow - 30 * dayMs), time(options.notAfter ?? testNow + 60 * dayMs)]),
    name(options.commonName),
    asn1.fromDer(createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('latin1')),
    explicit(3, [sequence(extensions(options))]),
  ]);
  const signature = sign(
    signer.asymmetricKeyType === 'ed25519' ? null : 'sha256',
    Buffer.from(asn1.toDer(tbs).getBytes(), 'latin1'),
    signer,
  );
  const certificate = sequence([tbs, algorithm, primitive(Type.BITSTRING, `\x00${signature.toString('latin1')}`)]);
  const der = Buffer.from(asn1.toDer(certificate).getBytes(), 'latin1');
  const base64 = der.toString('base64');
  return {
    commonName: options.commonName,
    der,
    base64,
    pem: `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`,
    key,
    keyPem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** Issues a CA certificate: a root without `issuer`, otherwise an intermediate. Valid for ten years around the tests' `now`. */
export function issueAuthority(commonName: string, options: Partial<TestCertificateOptions> = {}): TestCertificate {
  return issueCertificate({
    notBefore: testNow - 5 * 365 * dayMs,
    notAfter: testNow + 5 * 365 * dayMs,
    ...options,
    commonName,
    isAuthority: true,
  });
}

/** A new key for certificates that share one. */
export function generateKey(keyType: TestKeyType): KeyObject {
  switch (keyType) {
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
  }
}

function signatureAlgorithm(signer: KeyObject): forge.asn1.Asn1 {
  switch (signer.asymmetricKeyType) {
    case 'rsa':
      return sequence([oid('1.2.840.113549.1.1.11'), primitive(Type.NULL, '')]);
    case 'ec':
      return sequence([oid('1.2.840.10045.4.3.2')]);
    case 'ed25519':
      return sequence([oid('1.3.101.112')]);
    default:
      throw new Error(`no signature algorithm for ${String(signer.asymmetricKeyType)}`);
  }
}

function extensions(options: TestCertificateOptions): forge.asn1.Asn1[] {
  const list: forge.asn1.Asn1[] = [];
  if (options.isAuthority === true) {
    const length = options.pathLength === undefined ? [] : [integer(String.fromCharCode(options.pathLength))];
    list.push(extension('2.5.29.19', sequence([primitive(Type.BOOLEAN, '\xff'), ...length]), true));
  }
  const names = [
    ...(options.dnsNames ?? []).map((dnsName) => asn1.create(Class.CONTEXT_SPECIFIC, contextTag[2], false, dnsName)),
    ...(options.srvNames ?? []).map((srvName) =>
      asn1.create(Class.CONTEXT_SPECIFIC, contextTag[0], true, [
        oid('1.3.6.1.5.5.7.8.7'),
        explicit(0, [primitive(Type.IA5STRING, srvName)]),
      ]),
    ),
  ];
  if (names.length > 0) list.push(extension('2.5.29.17', sequence(names), false));
  if (options.timestampList !== undefined) {
    const timestamps = primitive(Type.OCTETSTRING, options.timestampList.toString('latin1'));
    list.push(extension('1.3.6.1.4.1.11129.2.4.2', timestamps, false));
  }
  return list;
}

function extension(id: string, value: forge.asn1.Asn1, critical: boolean): forge.asn1.Asn1 {
  return sequence([
    oid(id),
    ...(critical ? [primitive(Type.BOOLEAN, '\xff')] : []),
    primitive(Type.OCTETSTRING, asn1.toDer(value).getBytes()),
  ]);
}

function name(commonName: string): forge.asn1.Asn1 {
  return sequence([
    asn1.create(Class.UNIVERSAL, Type.SET, true, [sequence([oid('2.5.4.3'), primitive(Type.UTF8, commonName)])]),
  ]);
}

/** RFC 5280 section 4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050. */
function time(at: number): forge.asn1.Asn1 {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return at < Date.UTC(2050)
    ? primitive(Type.UTCTIME, `${digits.slice(2)}Z`)
    : primitive(Type.GENERALIZEDTIME, `${digits}Z`);
}

function sequence(elements: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, elements);
}

function explicit(tag: 0 | 3, elements: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(Class.CONTEXT_SPECIFIC, contextTag[tag], true, elements);
}

function primitive(type: forge.asn1.Type, value: string): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, type, false, value);
}

function integer(value: string): forge.asn1.Asn1 {
  return primitive(Type.INTEGER, value);
}

function oid(id: string): forge.asn1.Asn1 {
  return primitive(Type.OID, asn1.oidToDer(id).getBytes());
}
