import { constants, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { errorText } from '#lib/error-text.ts';
import { err, ok, type Result } from '#lib/model/result.ts';

/** What OpenSSL checks certificates against, built once and shared by all probes: building it costs more than a handshake. */
export interface TrustStore {
  /** Part of the evidence of every verdict, e.g. `Mozilla (Node 20.20.2) + /etc/ssl/our-ca.pem`. */
  readonly name: string;
  readonly secureContext: SecureContext;
}

/**
 * Node's copy of the Mozilla store, plus the certificates in `caFile` (PEM; null: none). The error is one sentence for
 * the operator.
 */
export async function createTrustStore({ caFile }: { readonly caFile: string | null }): Promise<Result<TrustStore>> {
  const mozilla = `Mozilla (Node ${process.versions.node})`;
  if (caFile === null) return ok({ name: mozilla, secureContext: createProbeContext([]) });
  const extra = await readCertificates(caFile);
  if (!extra.ok) return extra;
  return ok({ name: `${mozilla} + ${caFile}`, secureContext: createProbeContext(extra.value) });
}

/**
 * A probe has to see old servers to warn about them, so it offers what no mail client should: TLS 1.0, ciphers and
 * keys below today's strength (SECLEVEL 0, without which OpenSSL 3 has no TLS 1.0), and servers that cannot renegotiate
 * safely. It sends no secret and believes nothing it reads, so nothing is at risk. What was negotiated is in the
 * facts, for the checks to judge; OpenSSL's verdict on the path thereby says nothing about weak keys and digests.
 */
function createProbeContext(extra: readonly string[]): SecureContext {
  return createSecureContext({
    ca: [...rootCertificates, ...extra],
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  });
}

const certificateBlock = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** Node would pass over what it cannot read in silence, and then call a good chain untrusted. */
async function readCertificates(path: string): Promise<Result<readonly string[]>> {
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    return err(`LATCHWATCH_CA_FILE names ${path}, which cannot be read (${errorText(error)}).`);
  }
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
