import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from '#tests/support/certificates.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchwatch-trust-'));
});
afterAll(async () => rm(folder, { recursive: true }));

async function storeWith(text: string): ReturnType<typeof createTrustStore> {
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, text);
  return createTrustStore({ caFile });
}

describe('the trust store', () => {
  it('is named after what is in it', async () => {
    const mozilla = `Mozilla (Node ${process.versions.node})`;
    expect(await createTrustStore({ caFile: null })).toMatchObject({ ok: true, value: { name: mozilla } });
    const { pem } = issueCertificate({ commonName: 'Our CA', isAuthority: true });
    expect(await storeWith(`Our own CA\n${pem}`)).toMatchObject({
      ok: true,
      value: { name: `${mozilla} + ${join(folder, 'ca.pem')}` },
    });
  });

  it.each([
    ['is empty', '', 'holds no certificate in PEM form'],
    ['holds a key', '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n', 'holds no certificate'],
    [
      'is damaged',
      '-----BEGIN CERTIFICATE-----\nMIIBAAA=\n-----END CERTIFICATE-----\n',
      'certificate number 1 cannot be read',
    ],
  ])('says in a sentence that the file %s', async (_fault, text, sentence) => {
    const store = await storeWith(text);
    expect(store.ok ? '' : store.error).toContain(sentence);
    expect(store.ok ? '' : store.error).toMatch(/^LATCHWATCH_CA_FILE names .*\.$/);
  });

  it('says in a sentence that the file is not there', async () => {
    const store = await createTrustStore({ caFile: join(folder, 'missing.pem') });
    expect(store.ok ? '' : store.error).toContain('cannot be read (ENOENT');
  });
});
