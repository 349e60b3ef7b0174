import { constants, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext, type SecureContextOptions } from 'node:tls';
import { errorText } from '#lib/error-text.ts';
import type { KeyFamily } from '#lib/model/observation.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { TlsVersion } from '#lib/model/scan-observation.ts';
import { parseCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { createVerifiedPaths, type VerifiedPaths } from './verified-paths.ts';

/** What OpenSSL checks certificates against, built once and shared by all probes: building it costs more than a handshake. */
export interface TrustStore {
  /** Part of the evidence of every verdict, e.g. `Mozilla (Node 20.20.2) + /etc/ssl/our-ca.pem`. */
  readonly name: string;
  readonly secureContext: SecureContext;
  /** The same, but without anybody to trust: for servers whose chain was verified a moment ago. */
  readonly untrustingContext: SecureContext;
  readonly verifiedPaths: VerifiedPaths;
  /** The same, but for servers with a key of this family only. Others have to refuse the handshake. */
  readonly contextsByKey: Readonly<Record<KeyFamily, SecureContext>>;
  /** The same, but for one version only, with every cipher that OpenSSL has for it. */
  readonly contextsByVersion: Readonly<Record<TlsVersion, SecureContext>>;
  /** The certificates that are trusted, for those that no server shows yet. Read when they are first asked for. */
  readonly anchors: () => readonly Certificate[];
}

/**
 * Node's copy of the Mozilla store, plus the certificates in `caFile` (PEM; null: none). The error is one sentence for
 * the operator.
 */
export async function createTrustStore({ caFile }: { readonly caFile: string | null }): Promise<Result<TrustStore>> {
  const mozilla = `Mozilla (Node ${process.versions.node})`;
  if (caFile === null) return ok(createStore(mozilla, []));
  const extra = await readCertificates(caFile);
  return extra.ok ? ok(createStore(`${mozilla} + ${caFile}`, extra.value)) : extra;
}

function createStore(name: string, extra: readonly string[]): TrustStore {
  const byKey = (family: KeyFamily) => createSecureContext({ ...probeOptions(extra), ...offers[family] });
  const byVersion = (version: TlsVersion) =>
    createSecureContext({ ...probeOptions(extra), ...allCiphers, minVersion: version, maxVersion: version });
  let anchors: readonly Certificate[] | null = null;
  return {
    name,
    anchors: () => (anchors ??= [...rootCertificates, ...extra].flatMap(readAnchor)),
    secureContext: createSecureContext(probeOptions(extra)),
    untrustingContext: createSecureContext({ ...probeOptions([]), ca: [] }),
    verifiedPaths: createVerifiedPaths(),
    contextsByKey: { rsa: byKey('rsa'), ec: byKey('ec') },
    contextsByVersion: {
      TLSv1: byVersion('TLSv1'),
      'TLSv1.1': byVersion('TLSv1.1'),
      'TLSv1.2': byVersion('TLSv1.2'),
      'TLSv1.3': byVersion('TLSv1.3'),
    },
  };
}

function readAnchor(pem: string): readonly Certificate[] {
  const certificate = parseCertificate(new X509Certificate(pem).raw);
  return certificate.ok ? [certificate.value] : [];
}

/** Without those that show no certificate: a server that has one is to show it. */
const allCiphers: Pick<SecureContextOptions, 'ciphers'> = { ciphers: 'ALL:!aNULL:@SECLEVEL=0' };
const rsaSignatures = ['RSA-PSS', 'RSA'].flatMap((kind) =>
  ['SHA256', 'SHA384', 'SHA512', 'SHA1'].flatMap((digest) =>
    kind === 'RSA-PSS' && digest === 'SHA1' ? [] : [`${kind}+${digest}`],
  ),
);
const ecSignatures = ['ECDSA+SHA256', 'ECDSA+SHA384', 'ECDSA+SHA512', 'ECDSA+SHA1', 'ed25519', 'ed448'];

/**
 * What tells a server which of its certificates is wanted: signature algorithms (RFC 5246 section 7.4.1.4.1, RFC 8446
 * section 4.2.3), and for TLS 1.2 the ciphers that need the other kind left out. Before TLS 1.2 there is no such thing.
 */
const offers: Readonly<Record<KeyFamily, Pick<SecureContextOptions, 'sigalgs' | 'ciphers' | 'minVersion'>>> = {
  rsa: { sigalgs: rsaSignatures.join(':'), ciphers: 'DEFAULT:!aECDSA:@SECLEVEL=0', minVersion: 'TLSv1.2' },
  ec: { sigalgs: ecSignatures.join(':'), ciphers: 'DEFAULT:!aRSA:@SECLEVEL=0', minVersion: 'TLSv1.2' },
};

/**
 * A probe has to see old servers to warn about them, so it offers what no mail client should: TLS 1.0, ciphers and
 * keys below today's strength (SECLEVEL 0, without which OpenSSL 3 has no TLS 1.0), and servers that cannot renegotiate
 * safely. It sends no secret and believes nothing it reads, so nothing is at risk. What was negotiated is in the
 * facts, for the checks to judge; OpenSSL's verdict on the path thereby says nothing about weak keys and digests.
 */
function probeOptions(extra: readonly string[]): SecureContextOptions {
  return {
    ca: [...rootCertificates, ...extra],
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  };
}

const certificateBlock = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

async function readCertificates(path: string): Promise<Result<readonly string[]>> {
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    return err(`LATCHWATCH_CA_FILE names ${path}, which cannot be read (${errorText(error)}).`);
  }
  return parseCaFile(path, text);
}

/**
 * The certificates in the text of LATCHWATCH_CA_FILE, each in PEM. Node would pass over what it cannot read in silence,
 * and then call a good chain untrusted. The error is one sentence for the operator.
 */
export function parseCaFile(path: string, text: string): Result<readonly string[]> {
  const blocks = text.match(certificateBlock) ?? [];
  if (blocks.length === 0) return err(`LATCHWATCH_CA_FILE names ${path}, which holds no certificate in PEM form.`);
  for (const [index, block] of blocks.entries()) {
    if (!isCertificate(block)) {
      return err(`LATCHWATCH_CA_FILE names ${path}, whose certificate number ${index + 1} cannot be read.`);
    }
  }
  return ok(blocks);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
