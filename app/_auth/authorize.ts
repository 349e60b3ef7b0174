import { verifyToken } from '#prisma/commands/tokens.ts';
import { readToken } from '#lib/model/authorization.ts';
import type { Result } from '#lib/model/result.ts';
import { err, ok } from '#lib/model/result.ts';
import { database } from '#app/_queries/database.ts';
import { findPerson } from './find-person.ts';
import { comesFromOwnPages } from './origins.ts';
import type { Scope } from './scopes.ts';
import { roleAllows } from './scopes.ts';
import { readWebSettings } from './web-settings.ts';

/** Who does something: named in events and `created_by`. */
export interface Actor {
  readonly kind: 'person' | 'token';
  readonly id: string;
  readonly name: string;
}

export type Refusal =
  | { readonly why: 'not-authenticated' }
  | { readonly why: 'not-allowed'; readonly scope: Scope }
  | { readonly why: 'foreign-origin' };

/** `any`: whoever is known at all. */
export type RequiredScope = Scope | 'any';

const readingMethods = ['GET', 'HEAD'];

/**
 * The one gate of the API: who asks, and whether they may. An Authorization header decides alone, even where a cookie
 * came too. A session may only change something when the request comes from our own pages.
 */
export async function authorize(request: Request, scope: RequiredScope): Promise<Result<Actor, Refusal>> {
  const header = request.headers.get('authorization');
  if (header !== null) {
    const text = readToken(header);
    const token = text === null ? null : await verifyToken({ db: database(), token: text, now: new Date() });
    if (token === null) return err({ why: 'not-authenticated' });
    if (scope !== 'any' && !token.scopes.includes(scope)) return err({ why: 'not-allowed', scope });
    return ok({ kind: 'token', id: token.id, name: token.name });
  }
  const person = await findPerson(request.headers);
  if (person === null) return err({ why: 'not-authenticated' });
  if (!readingMethods.includes(request.method) && !comesFromOwnPages(request.headers, readWebSettings().publicUrl)) {
    return err({ why: 'foreign-origin' });
  }
  if (scope !== 'any' && !roleAllows(person.role, scope)) return err({ why: 'not-allowed', scope });
  return ok({ kind: 'person', id: person.id, name: person.email });
}
