import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { findPerson } from './find-person.ts';
import type { Person } from './find-person.ts';
import type { Scope } from './scopes.ts';
import { roleAllows } from './scopes.ts';
import { askedHeader, loginHref } from './way-back.ts';

/** Who is signed in, or null. For pages and actions. */
export async function currentPerson(): Promise<Person | null> {
  return findPerson(await headers());
}

/** The first line of every page that is not public: without a session it ends in the login page, which leads back. */
export async function requirePerson(): Promise<Person> {
  const person = await currentPerson();
  if (person === null) redirect(loginHref((await headers()).get(askedHeader)));
  return person;
}

export function personMay(person: Person, scope: Scope): boolean {
  return roleAllows(person.role, scope);
}
