import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMailboxes } from '#workers/mailboxes.ts';

describe('the page about test messages', () => {
  it('shows a file that can be read', async () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/test-messages.md', 'utf8'))?.[1] ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'latchwatch-docs-'));
    writeFileSync(join(folder, 'mailboxes.yaml'), example);
    writeFileSync(join(folder, 'mailbox-password'), 'secret\n');
    expect(await readMailboxes(join(folder, 'mailboxes.yaml'))).toMatchObject({
      ok: true,
      value: [{ domain: 'example.org', imap: { port: 993 }, password: 'secret' }],
    });
  });
});
