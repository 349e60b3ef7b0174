import { parseRole, type Role } from '#lib/model/role.ts';
import { auth } from './auth.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** The session that the request came with. */
  readonly sessionId: string;
}

/**
 * The person whose session cookie came with the request, or null. Extends the session, unless a page only asks by itself
 * whether there is news: nobody need sit before it.
 */
export async function findPerson(
  headers: Headers,
  { extend }: { readonly extend: boolean } = { extend: true },
): Promise<Person | null> {
  if (!headers.has('cookie')) return null;
  const session = await auth().api.getSession({ headers, query: { disableRefresh: !extend } });
  if (session === null) return null;
  const { id, name, email, role, disabledAt } = session.user;
  if (disabledAt !== null && disabledAt !== undefined) return null;
  return { id, name, email, role: parseRole(role), sessionId: session.session.id };
}
