import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMailboxes } from '#workers/mailboxes.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchwatch-mailboxes-'));

function file(text: string): string {
  const path = join(folder, 'mailboxes.yaml');
  writeFileSync(path, text);
  return path;
}

const account = `
- domain: Bücher.example
  submission: mail.example.org:587
  imap: mail.example.org
  user: monitor
  password: secret
  address: monitor@example.org
`;

describe('the file of test mailboxes', () => {
  it('has an account a domain', async () => {
    expect(await readMailboxes(file(account))).toEqual({
      ok: true,
      value: [
        {
          domain: 'xn--bcher-kva.example',
          submission: { host: 'mail.example.org', port: 587 },
          imap: { host: 'mail.example.org', port: 993 },
          user: 'monitor',
          password: 'secret',
          address: 'monitor@example.org',
        },
      ],
    });
  });

  it('may leave the password in another file beside it', async () => {
    writeFileSync(join(folder, 'password'), 'very secret\n');
    const read = await readMailboxes(file(account.replace('password: secret', 'password_file: password')));
    expect(read).toMatchObject({ ok: true, value: [{ password: 'very secret' }] });
  });

  it('may be empty', async () => {
    expect(await readMailboxes(file(''))).toEqual({ ok: true, value: [] });
  });

  it.each([
    [account.replace('password: secret', ''), 'has neither or both of password and password_file'],
    [account.replace('password: secret', 'password: a\n  password_file: b'), 'has neither or both'],
    [account.replace('587', '99999'), 'entry 0.submission is not of the form host:port'],
    [account.replace('monitor@example.org', 'monitor'), 'entry 0.address is not a mail address'],
    [account.replace('user:', 'usr:'), 'entry 0'],
    [account.replace('Bücher.example', 'a..b'), 'a..b'],
    [account.replace('password: secret', 'password_file: /nonexistent/file'), 'ENOENT'],
    ['- &a [x]\n- *a', 'Alias'],
    ['a: [', 'mailboxes.yaml'],
  ])('says what is wrong with %j', async (text, said) => {
    const read = await readMailboxes(file(text));
    expect(read.ok ? '' : read.error).toContain(said);
  });

  it('says when it cannot be read', async () => {
    const read = await readMailboxes(join(folder, 'missing.yaml'));
    expect(read.ok ? '' : read.error).toContain('missing.yaml');
  });
});
