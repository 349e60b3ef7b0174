import { hashPassword } from 'better-auth/crypto';
import { parseRole } from '#lib/model/role.ts';
import type { TokenScope } from '#prisma/commands/tokens.ts';
import { createToken } from '#prisma/commands/tokens.ts';
import { createPerson } from '#prisma/commands/users.ts';
import { auth } from '#app/_auth/auth.ts';
import { closeDatabase } from '#app/_queries/database.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

export const publicUrl = 'http://localhost:3000';
const password = 'correct horse battery staple';

export interface ConsoleUnderTest extends TestDatabase {
  /** A token with these scopes. */
  readonly token: (...scopes: readonly TokenScope[]) => Promise<string>;
  /** The session cookie of a new person with this role. */
  readonly session: (role: string) => Promise<string>;
}

/** The console's own code in this process, on a database of its own. Once a test file: sessions are made lazily, once. */
export async function openConsole(): Promise<ConsoleUnderTest> {
  const test = await createTestDatabase();
  process.env['DATABASE_URL'] = test.url;
  process.env['LATCHWATCH_SECRET'] = 'a secret of at least thirty-two characters';
  process.env['LATCHWATCH_PUBLIC_URL'] = publicUrl;
  const passwordHash = await hashPassword(password);
  return {
    ...test,
    token: async (...scopes) => {
      const made = await createToken(test.database, { name: 'poller', scopes, createdBy: 'test', now: new Date() });
      return made.token;
    },
    session: async (role) => {
      const email = `${role}@example.org`;
      await createPerson(test.database, { name: role, email, role: parseRole(role), passwordHash, now: new Date() });
      const response = await auth().handler(
        new Request(`${publicUrl}/api/auth/sign-in/email`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: publicUrl },
          body: JSON.stringify({ email, password }),
        }),
      );
      if (!response.ok) throw new Error(await response.text());
      return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    },
    close: async () => {
      await closeDatabase();
      await test.close();
    },
  };
}

type Handler = (
  request: Request,
  context: { readonly params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

/** Calls a route's handler as Next does. */
export async function call(
  handler: Handler,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly params?: Record<string, string>;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly json?: unknown;
  } = {},
): Promise<Response> {
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const headers = { ...(options.json === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers };
  const request = new Request(`${publicUrl}${options.path ?? '/api/v1/test'}`, {
    method: options.method ?? 'GET',
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return handler(request, { params: Promise.resolve(options.params ?? {}) });
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
