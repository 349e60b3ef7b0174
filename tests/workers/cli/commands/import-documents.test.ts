import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createSource } from '#prisma/commands/report-sources.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { main } from '#workers/cli/main.ts';

const hourMs = 3_600_000;

function tlsReport(id: string, policies: readonly unknown[] = [{ policy: { 'policy-type': 'sts' } }]): Buffer {
  const at = (hoursAgo: number) => new Date(Date.now() - hoursAgo * hourMs).toISOString();
  const range = { 'start-datetime': at(25), 'end-datetime': at(1) };
  return Buffer.from(JSON.stringify({ 'organization-name': 'B', 'report-id': id, 'date-range': range, policies }));
}

describe('latchwatch import-reports with documents of other providers', () => {
  let test: TestDatabase;
  let folder: string;
  let source: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'latchwatch-documents-'));
    const asked = { name: 'mailbox', addresses: [], hosts: [], actor: 'test', now: new Date() };
    const made = await createSource(test.database, asked);
    if (!made.ok) throw new Error(made.error);
    source = made.value.id;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await test.close();
  });

  async function importFile(name: string, bytes: Buffer) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const err: string[] = [];
    const status = await main({
      args: ['import-reports', path, '--source', source],
      env: { DATABASE_URL: test.url, LATCHWATCH_PSEUDONYM_KEYS: Buffer.alloc(32, 1).toString('base64url') },
      out: (text) => err.push(text),
      err: (text) => err.push(text),
      signal: new AbortController().signal,
    });
    return { status, said: err.join('\n') };
  }

  it('takes a TLS report, packed or not, once', async () => {
    const report = tlsReport('x');
    await expect(importFile('report.json', report)).resolves.toMatchObject({ status: 0 });
    expect((await importFile('report.json.gz', gzipSync(report))).said).toContain('0 reports taken, 1 known already');
    const rows = await test.database.tlsReport.findMany();
    expect(rows.map(({ organization, reportId }) => [organization, reportId])).toEqual([['B', 'x']]);
  });

  it('takes the mail that a report came with, and a bounce', async () => {
    const head = 'Received: from b.test\r\nMIME-Version: 1.0\r\n';
    const attached = `Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
    const mail = Buffer.from(`${head}${attached}${gzipSync(tlsReport('by mail')).toString('base64')}\r\n`);
    await expect(importFile('mail.eml', mail)).resolves.toMatchObject({ status: 0 });
    await expect(test.database.tlsReport.count({ where: { reportId: 'by mail' } })).resolves.toBe(1);
    const status = 'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; b.test\r\n\r\n';
    const bounce = Buffer.from(`${head}${status}SMTP-Security-Latch: tls10\r\n`);
    await expect(importFile('bounce.eml', bounce)).resolves.toMatchObject({ status: 0 });
    const rows = await test.database.latchBounce.findMany();
    expect(rows.map(({ reporter, tag }) => [reporter, tag])).toEqual([['b.test', 'tls10']]);
  });

  it('says why a document cannot be taken, and takes other files as before', async () => {
    const wrong = await importFile('wrong.json', tlsReport('none', []));
    expect(wrong).toMatchObject({ status: 2 });
    expect(wrong.said).toContain('The report holds no policies.');
    const item = { observed_at: new Date().toISOString(), protocol: 'imap', server_host: 'imap.a.test', user: 'u' };
    const packed = await importFile('items.gz', gzipSync(Buffer.from(`${JSON.stringify(item)}\n`)));
    expect(packed).toMatchObject({ status: 0 });
    expect(packed.said).toContain('1 reports taken');
  });
});
