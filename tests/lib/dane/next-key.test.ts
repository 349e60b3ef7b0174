import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNextKey, recordOf, tlsaLine } from '#lib/dane/next-key.ts';
import type { Result } from '#lib/model/result.ts';
import { issueAuthority, issueCertificate } from '#tests/support/certificates.ts';
import { runOpenssl } from '#tests/support/openssl.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A signing request as openssl makes it, and the digest of its key as openssl has it. */
async function requestOf(keyPem: string): Promise<{ readonly csr: string; readonly digest: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-csr-'));
  try {
    const file = join(folder, 'key.pem');
    writeFileSync(file, keyPem);
    const csr = await runOpenssl(['req', '-new', '-key', file, '-subj', '/CN=mail.example.org']);
    const spki = await runOpenssl(['pkey', '-in', file, '-pubout', '-outform', 'DER']);
    return { csr: csr.toString(), digest: sha256(spki) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function errorOf(result: Result<unknown>): string {
  return result.ok ? '' : result.error;
}

const leaf = issueCertificate({ commonName: 'mail.example.org' });
const authority = issueAuthority('Test CA');

describe('the next key', () => {
  it.each([
    ['ec', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ed25519', () => generateKeyPairSync('ed25519').privateKey],
  ])('comes out of a signing request with an %s key', async (_type, generate) => {
    const { csr, digest } = await requestOf(generate().export({ type: 'pkcs8', format: 'pem' }).toString());
    const key = readNextKey(`some text before\n${csr}`);
    expect(key).toMatchObject({ ok: true, value: { given: 'csr', certificate: null } });
    if (!key.ok) return;
    const record = recordOf(key.value, '3 1 1');
    expect(record).toEqual({ ok: true, value: { usage: 3, selector: 1, matchingType: 1, data: digest } });
    if (!record.ok) return;
    const line = tlsaLine({ host: 'mail.example.org', port: 25 }, record.value);
    expect(line).toBe(`_25._tcp.mail.example.org. IN TLSA 3 1 1 ${digest}`);
  });

  it('comes out of a certificate, whole or its key', () => {
    const key = readNextKey(leaf.pem);
    if (!key.ok) throw new Error(key.error);
    expect(recordOf(key.value, '3 0 1')).toMatchObject({ value: { data: sha256(leaf.der) } });
    const long = recordOf(key.value, '3 1 2');
    expect(long.ok && long.value.data).toMatch(/^[0-9a-f]{128}$/);
  });

  it('is that of a CA for usage 2 only', () => {
    const [server, ca] = [readNextKey(leaf.pem), readNextKey(authority.pem)];
    if (!server.ok || !ca.ok) throw new Error('unreadable');
    expect(recordOf(ca.value, '2 1 1')).toMatchObject({ ok: true, value: { usage: 2 } });
    expect(errorOf(recordOf(ca.value, '3 1 1'))).toContain('choose 2 1 1');
    expect(errorOf(recordOf(server.value, '2 0 1'))).toContain('choose 3 1 1');
  });

  it.each([
    ['a private key', leaf.keyPem, /private key/],
    ['a private key beside a certificate', `${leaf.pem}${leaf.keyPem}`, /private key/],
    ['nothing', '', /Paste/],
    [
      'a request that is garbage',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      /RFC 2986/,
    ],
    ['a request whose key is garbage', pemOf('MAkwBwIBADAAMAA='), /key cannot be read/],
    ['too much', 'x'.repeat(70_000), /longer/],
  ])('is not taken from %s', (_what, text, sentence) => {
    expect(errorOf(readNextKey(text))).toMatch(sentence);
  });
});

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----`;
}
