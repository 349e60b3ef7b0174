import { cookies, headers } from 'next/headers';
import { parseSetCookieHeader, toCookieOptions } from 'better-auth/cookies';
import type { Result } from '#lib/model/result.ts';
import { err, ok } from '#lib/model/result.ts';
import { countSignIn } from '#prisma/commands/users.ts';
import { database } from '#app/_queries/database.ts';
import { auth } from './auth.ts';
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

/** Opens a session. The error is one sentence that does not tell whether the address is known. */
export async function signIn(credentials: {
  readonly email: string;
  readonly password: string;
}): Promise<Result<null>> {
  const attempt = await countSignIn(database(), { email: credentials.email, now: new Date() });
  const response = attempt.allowed ? await askAuth('/sign-in/email', credentials) : null;
  if (response === null || response.status === 429) return err('Too many tries. Wait some minutes, then try again.');
  if (!response.ok) return err('That e-mail address and password do not belong together.');
  await passCookies(response);
  return ok(null);
}

/** Ends the session, in the database and in the browser. */
export async function signOut(): Promise<void> {
  await passCookies(await askAuth('/sign-out', {}));
}
