import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AccessRow {
  readonly kind: 'page' | 'action' | 'route';
  readonly file: string;
  /** Name of an action, method of a route, '' for a page. */
  readonly name: string;
  /** A scope; `signed in`: whoever has a session; `nobody`: open to everybody, on purpose. */
  readonly needs: string;
}

/** Pages that need no login, on purpose. */
const publicPages = [
  'app/ack/[token]/page.tsx',
  'app/login/page.tsx',
  'app/prove/[token]/page.tsx',
  'app/setup/[token]/page.tsx',
];

/** Actions that people use who are not signed in: they ask only whether the form is ours. */
const publicActions = [
  'acknowledgeByLinkAction',
  'signInAction',
  'signOutAction',
  'followSetupLinkAction',
  'chooseThemeAction',
  'chooseTimesAction',
  'chooseKeysAction',
  'confirmProofAction',
];
/** They change nothing but a cookie of the browser. */
const actionsWithoutOrigin = ['chooseThemeAction', 'chooseTimesAction', 'chooseKeysAction'];

export function filesNamed(name: string): readonly string[] {
  return readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`/${name}`) || path === name)
    .map((path) => join('app', path))
    .toSorted();
}

const missing = (file: string, name: string, hint: string): string => `NOT GUARDED: ${file} ${name}: ${hint}`;

function pageAccess(file: string): string {
  if (publicPages.includes(file)) return 'nobody';
  const source = readFileSync(file, 'utf8');
  const body = /export default async function \w+\([^)]*\) \{\n\s*(.+)/s.exec(source)?.[1] ?? '';
  if (!/^(const person = )?await requirePerson\(\);/.test(body)) {
    return missing(file, 'page', 'its first line must be `await requirePerson();`, or list it in publicPages');
  }
  return /^ {2}if \(!personMay\(person, '([^']+)'\)\)/m.exec(body)?.[1] ?? 'signed in';
}

function actionRows(file: string): readonly AccessRow[] {
  const actions = readFileSync(file, 'utf8')
    .split(/^export async function /m)
    .slice(1);
  return actions.map((action) => {
    const name = /^\w+/.exec(action)?.[0] ?? '';
    const scope = /^[^{]*\{\n {2}const person = await requireScope\('([^']+)'\);/.exec(action)?.[1];
    const asksSomebody = /^[^{]*\{\n {2}const person = await requireSomebody\(\);/.test(action);
    const isPublic =
      publicActions.includes(name) && (action.includes('checkOrigin()') || actionsWithoutOrigin.includes(name));
    const hint = "its first line must be `const person = await requireScope('…');`, or list it in publicActions";
    const needs = scope ?? (asksSomebody ? 'signed in' : isPublic ? 'nobody' : missing(file, name, hint));
    return { kind: 'action', file, name, needs };
  });
}

/** What the code says that each page and each server action needs, in the order of the tree. */
export function readAccessMap(): readonly AccessRow[] {
  const pages = filesNamed('page.tsx').map((file): AccessRow => ({
    kind: 'page',
    file,
    name: '',
    needs: pageAccess(file),
  }));
  const files = readdirSync('app/_actions').filter((file) =>
    readFileSync(join('app/_actions', file), 'utf8').startsWith("'use server'"),
  );
  return [...pages, ...files.toSorted().flatMap((file) => actionRows(join('app/_actions', file)))];
}
