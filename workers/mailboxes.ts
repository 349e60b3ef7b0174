import { readFile } from 'node:fs/promises';
import { resolve, dirname } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { errorText } from '#lib/error-text.ts';
import { parseDomainName } from '#lib/model/domain-name.ts';
import type { Result } from '#lib/model/result.ts';

/** An account that an operator gave for test messages of one domain. */
export interface TestMailbox {
  /** A-label form, lower case. */
  readonly domain: string;
  /** Port 465 has implicit TLS, any other port STARTTLS. */
  readonly submission: HostPort;
  /** Implicit TLS. */
  readonly imap: HostPort;
  readonly user: string;
  readonly password: string;
  /** Mail address of the account: messages go from it to itself. */
  readonly address: string;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host` or `host:port` */
const hostPort = (defaultPort: number) =>
  z.string().transform((text, issues): HostPort => {
    const match = /^([a-z0-9.-]{1,253})(?::(\d{1,5}))?$/i.exec(text);
    const port = Number(match?.[2] ?? defaultPort);
    if (match?.[1] !== undefined && port > 0 && port < 65_536) return { host: match[1].toLowerCase(), port };
    issues.addIssue({ code: 'custom', message: 'is not of the form host:port' });
    return z.NEVER;
  });

const entry = z
  .strictObject({
    domain: z.string(),
    submission: hostPort(465),
    imap: hostPort(993),
    user: z.string().min(1),
    password: z.string().min(1).optional(),
    password_file: z.string().min(1).optional(),
    address: z.string().regex(/^[^\s@<>]+@[^\s@<>]+$/, 'is not a mail address'),
  })
  .refine((item) => (item.password === undefined) !== (item.password_file === undefined), {
    message: 'has neither or both of password and password_file',
  });

/**
 * Reads the file of test mailboxes: a YAML list with `domain`, `submission`, `imap`, `user`, `password` or
 * `password_file` (beside the list, if not absolute) and `address`. The error names the entry.
 */
export async function readMailboxes(file: string): Promise<Result<readonly TestMailbox[]>> {
  try {
    const listed = z.array(entry).safeParse(parse(await readFile(file, 'utf8'), { maxAliasCount: 0 }) ?? []);
    if (!listed.success) {
      const [issue] = listed.error.issues;
      const where = (issue?.path ?? []).map(String).join('.');
      return { ok: false, error: `${file}: entry ${where} ${issue?.message ?? 'cannot be read'}` };
    }
    const mailboxes: TestMailbox[] = [];
    for (const item of listed.data) {
      const domain = parseDomainName(item.domain);
      if (!domain.ok) return { ok: false, error: `${file}: ${item.domain}: ${domain.error}` };
      const { submission, imap, user, address } = item;
      const password = item.password ?? (await readPassword(resolve(dirname(file), item.password_file ?? '')));
      mailboxes.push({ domain: domain.value.ascii, submission, imap, user, password, address });
    }
    return { ok: true, value: mailboxes };
  } catch (error) {
    return { ok: false, error: `${file}: ${errorText(error)}` };
  }
}

/** Editors end files with a line end that is not part of the password. */
async function readPassword(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}
