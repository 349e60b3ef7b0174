import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Result } from '#lib/model/result.ts';
import { err, ok } from '#lib/model/result.ts';
import type { Person } from '#app/_auth/find-person.ts';
import { comesFromOwnPages } from '#app/_auth/origins.ts';
import type { Scope } from '#app/_auth/scopes.ts';
import { currentPerson, personMay } from '#app/_auth/session.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

const foreign =
  'This page was opened under another address than LATCHWATCH_PUBLIC_URL names. Open it there, or correct the setting.';

/** Whether the form was sent from our own pages. The error is a sentence for the person. */
export async function checkOrigin(): Promise<Result<null>> {
  return comesFromOwnPages(await headers(), readWebSettings().publicUrl) ? ok(null) : err(foreign);
}

/** The first line of actions that concern only whoever is signed in, whatever their role. */
export async function requireSomebody(): Promise<Result<Person>> {
  const origin = await checkOrigin();
  if (!origin.ok) return origin;
  const person = await currentPerson();
  if (person === null) redirect('/login');
  return ok(person);
}

/** The first line of every action that changes something: who asks, from where, and whether they may. */
export async function requireScope(scope: Scope): Promise<Result<Person>> {
  const person = await requireSomebody();
  if (!person.ok || personMay(person.value, scope)) return person;
  return err(`Your role is ${person.value.role}: it may not do this.`);
}
