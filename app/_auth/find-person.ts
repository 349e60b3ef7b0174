import { auth } from './auth.ts';
import type { Role } from './scopes.ts';
import { parseRole } from './scopes.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** The person whose session cookie came with the request, or null. Extends the session. */
export async function findPerson(headers: Headers): Promise<Person | null> {
  if (!headers.has('cookie')) return null;
  const session = await auth().api.getSession({ headers });
  if (session === null) return null;
  const { id, name, email, role } = session.user;
  return { id, name, email, role: parseRole(role) };
}
