import { cookies, headers } from 'next/headers';
import { parseSetCookieHeader, toCookieOptions } from 'better-auth/cookies';
import { z } from 'zod';
import type { Result } from '#lib/model/result.ts';
import { err, ok } from '#lib/model/result.ts';
import { writeAudit } from '#prisma/commands/audit.ts';
import { countSignIn } from '#prisma/commands/users.ts';
import { database } from '#app/_queries/database.ts';
import { auth } from './auth.ts';
import { findPerson } from './find-person.ts';
import { describeSignInError } from './sign-in-words.ts';
import { readWebSettings } from './web-settings.ts';

/** Sends a request through better-auth's own handler, so that its rate limit and origin check see it. */
async function askAuth(path: string, body: unknown): Promise<Response> {
  const incoming = await headers();
  const forwarded = new Headers({ 'content-type': 'application/json' });
  for (const name of ['origin', 'cookie', 'user-agent', 'x-forwarded-for']) {
    const value = incoming.get(name);
    if (value !== null) forwarded.set(name, value);
  }
  const url = new URL(`/api/auth${path}`, readWebSettings().publicUrl);
  return auth().handler(new Request(url, { method: 'POST', headers: forwarded, body: JSON.stringify(body) }));
}

/** Hands the cookies of better-auth's answer on to the browser. */
async function passCookies(response: Response): Promise<void> {
  const jar = await cookies();
  for (const [name, attributes] of parseSetCookieHeader(response.headers.get('set-cookie') ?? '')) {
    jar.set(name, attributes.value, toCookieOptions(attributes));
  }
}

const refusal = z.object({ code: z.string() });

/** Writes down a sign-in that failed, of people who are known: what strangers try would let them fill the record. */
async function noteFailure(written: string, why: string): Promise<void> {
  const email = written.toLowerCase();
  const person = await database().user.findUnique({ where: { email } });
  if (person === null) return;
  const record = { actor: email, action: 'sign-in.failed', subject: email, detail: { why }, now: new Date() };
  await writeAudit(database(), record);
}

/** Opens a session. The error is one sentence that does not tell whether the address is known. */
export async function signIn(credentials: {
  readonly email: string;
  readonly password: string;
}): Promise<Result<null>> {
  const { email } = credentials;
  const attempt = await countSignIn(database(), { email, now: new Date() });
  if (!attempt.allowed) {
    if (attempt.isFirst) await noteFailure(email, 'locked after too many tries');
    return err(
      `Too many tries: this account is locked until ${attempt.until.toISOString().slice(11, 16)} UTC. An administrator can make a link for a new password meanwhile.`,
    );
  }
  const response = await askAuth('/sign-in/email', credentials);
  if (response.status === 429) return err('Too many tries from your address. Wait a minute, then try again.');
  if (!response.ok) {
    const parsed = refusal.safeParse(await response.json().catch(() => null));
    if (parsed.success && parsed.data.code === 'person_disabled') return err(describeSignInError(parsed.data.code));
    await noteFailure(email, 'wrong password');
    return err('That e-mail address and password do not belong together.');
  }
  await passCookies(response);
  return ok(null);
}

/** Ends the session, in the database and in the browser. */
export async function signOut(): Promise<void> {
  const person = await findPerson(await headers());
  await passCookies(await askAuth('/sign-out', {}));
  if (person === null) return;
  const { email } = person;
  await writeAudit(database(), { actor: email, action: 'sign-out.done', subject: email, detail: {}, now: new Date() });
}
