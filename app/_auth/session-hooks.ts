import { APIError } from 'better-auth/api';
import { writeAudit } from '#prisma/commands/audit.ts';
import { database } from '#app/_queries/database.ts';

interface NewSession {
  readonly userId: string;
}

/** Before a session is made, whichever way somebody proved who they are: a disabled person gets none. */
export async function refuseDisabled({ userId }: NewSession): Promise<void> {
  const person = await database().user.findUnique({ where: { id: userId } });
  if (person?.disabledAt === null) return;
  if (person !== null) {
    const detail = { why: 'person_disabled' };
    await writeAudit(database(), { ...signIn(person.email, 'refused'), detail });
  }
  throw new APIError('FORBIDDEN', { code: 'person_disabled', message: 'This person is disabled.' });
}

/** Writes down who signed in and how. */
export async function noteSession(
  { userId }: NewSession,
  request: { readonly path?: string | undefined } | null,
): Promise<void> {
  const person = await database().user.findUnique({ where: { id: userId } });
  const method = request?.path?.startsWith('/callback') === true ? 'identity provider' : 'password';
  await writeAudit(database(), { ...signIn(person?.email ?? '', 'done'), detail: { method } });
}

function signIn(email: string, how: 'done' | 'refused') {
  return { actor: email, action: `sign-in.${how}`, subject: email, now: new Date() } as const;
}
