// First: it sets up what Next expects of its surroundings.
import { inRequest, type Outcome, type SetCookies } from '#tests/app/support/request-scope.ts';
import { scryptSync } from 'node:crypto';
import { disablePerson, enablePerson } from '#prisma/commands/people.ts';
import { createInvitation, createResetLink } from '#prisma/commands/setup-links.ts';
import { changePasswordAction, endOtherSessionsAction } from '#app/_actions/account.ts';
import { signInAction, signOutAction } from '#app/_actions/session.ts';
import { followSetupLinkAction } from '#app/_actions/setup.ts';
import { makeAuth } from '#app/_auth/auth.ts';
import { findPerson } from '#app/_auth/find-person.ts';
import { memberOf } from '#tests/support/member-of.ts';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const cookieName = 'latchwatch.session_token';
const password = 'a password of the tests';
const wrong = 'That e-mail address and password do not belong together.';
let app: ConsoleUnderTest;
let visitors = 0;

beforeAll(async () => {
  app = await openConsole();
});
afterAll(() => app.close());

/** A browser at an address of its own. */
function newVisitor(cookie?: string): Record<string, string> {
  visitors += 1;
  const base = { origin: publicUrl, 'x-forwarded-for': `192.0.2.${String(visitors)}`, 'user-agent': 'test browser' };
  return cookie === undefined ? base : { ...base, cookie };
}

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

async function signIn(email: string, words: string, headers: Record<string, string> = newVisitor()) {
  const cookies: SetCookies = new Map();
  const outcome = await inRequest({ headers }, () => signInAction(null, formOf({ email, password: words })), cookies);
  const set = cookies.get(cookieName);
  const cookie = set === undefined ? null : `${cookieName}=${encodeURIComponent(set.value)}`;
  return { outcome, cookie, attributes: set?.attributes };
}

const messageOf = (outcome: Outcome): unknown => memberOf(memberOf(outcome, 'value'), 'message');
const whoIs = (cookie: string | null) => findPerson(new Headers({ cookie: cookie ?? '' }));

async function invite(email: string): Promise<void> {
  const asked = { email, role: 'operator', hours: 24, actor: 'anna', now: new Date() } as const;
  const made = await createInvitation(app.database, asked);
  if (!made.ok) throw new Error(made.error);
  const form = formOf({ link: made.value.secret, name: 'Otto', email: 'ignored@example.org', password });
  const outcome = await inRequest({ headers: newVisitor() }, () => followSetupLinkAction(null, form));
  expect(outcome).toEqual({ how: 'redirected', to: '/' });
}

test('who is invited chooses a name and a password, gets the role of the invitation, and is signed in', async () => {
  await invite('otto@example.org');
  const { outcome, cookie } = await signIn('Otto@Example.org', password);
  expect(outcome).toEqual({ how: 'redirected', to: '/' });
  expect(await whoIs(cookie)).toMatchObject({ email: 'otto@example.org', name: 'Otto', role: 'operator' });
});

test('a password is kept as scrypt with N 16384, r 16, p 1 and a salt of its own, and nowhere else', async () => {
  await invite('salt@example.org');
  const rows = await app.database.account.findMany({ where: { providerId: 'credential', password: { not: null } } });
  const [first = '', second = ''] = rows.map((row) => row.password ?? '');
  expect(new Set([first.split(':')[0], second.split(':')[0]]).size).toBe(2);
  const [salt = '', key] = first.split(':');
  expect(salt).toMatch(/^[0-9a-f]{32}$/);
  const cost = { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 };
  expect(key).toBe(scryptSync(password, salt, 64, cost).toString('hex'));
  const { database } = app;
  const everything = await Promise.all([
    database.user.findMany(),
    database.account.findMany(),
    database.session.findMany(),
    database.auditEntry.findMany(),
    database.rateLimit.findMany(),
    database.setupLink.findMany(),
    database.verification.findMany(),
  ]);
  const text = JSON.stringify(everything, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  expect(text).not.toContain(password);
  expect(text).toContain(salt);
});

test('the cookie is for our pages alone, and a new one with every sign-in', async () => {
  const { cookie, attributes } = await signIn('otto@example.org', password);
  expect(attributes).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/' });
  expect(attributes?.['domain']).toBeUndefined();
  const again = await signIn('otto@example.org', password, newVisitor(cookie ?? ''));
  expect(again.cookie).not.toBe(cookie);
});

test('a session that somebody else planted in the browser does not become theirs', async () => {
  const planted = `${cookieName}=planted.${'A'.repeat(43)}%3D`;
  const { cookie } = await signIn('otto@example.org', password, newVisitor(planted));
  expect(cookie).not.toContain('planted');
  expect(await whoIs(planted)).toBeNull();
  expect(await whoIs(cookie)).not.toBeNull();
  const token = /=([^.]+)\./.exec(cookie ?? '')?.[1] ?? '';
  expect(await whoIs(`${cookieName}=${token}`)).toBeNull();
  expect(await whoIs(`${cookieName}=${token}.${'A'.repeat(43)}%3D`)).toBeNull();
});

test('on https the cookie is marked Secure, by its name too', async () => {
  process.env['LATCHWATCH_PUBLIC_URL'] = 'https://watch.example.org';
  const auth = makeAuth();
  process.env['LATCHWATCH_PUBLIC_URL'] = publicUrl;
  const response = await auth.handler(
    new Request('https://watch.example.org/api/auth/sign-in/email', {
      method: 'POST',
      headers: { ...newVisitor(), origin: 'https://watch.example.org', 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'otto@example.org', password }),
    }),
  );
  const line = response.headers.getSetCookie().find((text) => text.includes('session_token')) ?? '';
  expect(line).toMatch(/^__Secure-latchwatch\.session_token=/);
  for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(line.split('; ')).toContain(flag);
  expect(line).not.toMatch(/domain=/i);
});

test.each([
  ['/incidents/01K?x=1', '/incidents/01K?x=1'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
])('signing in on the way to %s leads to %s', async (next, to) => {
  const form = formOf({ email: 'otto@example.org', password, next });
  const outcome = await inRequest({ headers: newVisitor() }, () => signInAction(null, form));
  expect(outcome).toEqual({ how: 'redirected', to });
});

test('signing out ends the session in the database', async () => {
  const { cookie } = await signIn('otto@example.org', password);
  expect(await whoIs(cookie)).not.toBeNull();
  const outcome = await inRequest({ headers: newVisitor(cookie ?? '') }, () => signOutAction());
  expect(outcome).toEqual({ how: 'redirected', to: '/login' });
  expect(await whoIs(cookie)).toBeNull();
});

test('a disabled person is out at once, and told so only with the right password', async () => {
  await invite('dora@example.org');
  const { cookie } = await signIn('dora@example.org', password);
  const deed = { email: 'dora@example.org', actor: 'anna', now: new Date() };
  await disablePerson(app.database, deed);
  expect(await whoIs(cookie)).toBeNull();
  expect(messageOf((await signIn('dora@example.org', 'not the password')).outcome)).toBe(wrong);
  expect(messageOf((await signIn('dora@example.org', password)).outcome)).toMatch(/^Your account is disabled\./);
  await enablePerson(app.database, deed);
  expect((await signIn('dora@example.org', password)).outcome.how).toBe('redirected');
});

test('a link for a new password ends the sessions and the old password', async () => {
  await invite('rosa@example.org');
  const { cookie } = await signIn('rosa@example.org', password);
  const made = await createResetLink(app.database, { email: 'rosa@example.org', actor: 'anna', now: new Date() });
  if (!made.ok) throw new Error(made.error);
  const form = formOf({ link: made.value.secret, password: 'another password of the tests' });
  const follow = () => inRequest({ headers: newVisitor() }, () => followSetupLinkAction(null, form));
  expect(await follow()).toEqual({ how: 'redirected', to: '/' });
  expect(messageOf(await follow())).toMatch(/used already/);
  expect(await whoIs(cookie)).toBeNull();
  expect(messageOf((await signIn('rosa@example.org', password)).outcome)).toBe(wrong);
  expect((await signIn('rosa@example.org', 'another password of the tests')).outcome.how).toBe('redirected');
});

test('whoever knows the password may change it, and all their other sessions end', async () => {
  await invite('vera@example.org');
  const one = await signIn('vera@example.org', password);
  const two = await signIn('vera@example.org', password);
  const change = (current: string) =>
    inRequest({ headers: newVisitor(one.cookie ?? '') }, () =>
      changePasswordAction(null, formOf({ current, password: 'a new password of the tests' })),
    );
  expect(messageOf(await change('not the password'))).toBe('That is not your password.');
  expect(await whoIs(two.cookie)).not.toBeNull();
  expect(messageOf(await change(password))).toMatch(/^Changed\./);
  expect(await whoIs(two.cookie)).toBeNull();
  expect(await whoIs(one.cookie)).not.toBeNull();
  const three = await signIn('vera@example.org', 'a new password of the tests');
  const end = await inRequest({ headers: newVisitor(one.cookie ?? '') }, () => endOtherSessionsAction());
  expect(messageOf(end)).toBe('One other session ended.');
  expect(await whoIs(three.cookie)).toBeNull();
});

test('an account that too many tries were made at is locked, and says so, from wherever they come', async () => {
  await invite('lena@example.org');
  const answers: unknown[] = [];
  for (let count = 0; count < 21; count += 1) {
    answers.push(messageOf((await signIn('lena@example.org', 'not the password')).outcome));
  }
  expect(answers.slice(0, 19)).toEqual(answers.slice(0, 19).map(() => wrong));
  expect(answers.at(-1)).toMatch(/^Too many tries: this account is locked until \d\d:\d\d UTC\./);
  expect(messageOf((await signIn('lena@example.org', password)).outcome)).toMatch(/is locked until/);
  const made = await createResetLink(app.database, { email: 'lena@example.org', actor: 'anna', now: new Date() });
  if (!made.ok) throw new Error(made.error);
  const form = formOf({ link: made.value.secret, password });
  const unlocked = await inRequest({ headers: newVisitor() }, () => followSetupLinkAction(null, form));
  expect(unlocked).toEqual({ how: 'redirected', to: '/' });
  const failures = await app.database.auditEntry.findMany({
    where: { actor: 'lena@example.org', action: 'sign-in.failed' },
    orderBy: { id: 'asc' },
  });
  expect(failures.map(({ detail }) => memberOf(detail, 'why'))).toEqual([
    ...Array.from({ length: 19 }, () => 'wrong password'),
    'locked after too many tries',
  ]);
});

test('one address may try ten times a minute, whoever it says it is', async () => {
  const headers = newVisitor();
  const answers: unknown[] = [];
  for (let count = 0; count < 11; count += 1) {
    answers.push(messageOf((await signIn(`nobody${String(count)}@example.org`, 'guess', headers)).outcome));
  }
  expect(answers.slice(0, 10)).toEqual(answers.slice(0, 10).map(() => wrong));
  expect(answers.at(-1)).toMatch(/^Too many tries from your address/);
  expect(await app.database.auditEntry.count({ where: { actor: { startsWith: 'nobody' } } })).toBe(0);
});

test('what somebody did about signing in is in the record', async () => {
  const rows = await app.database.auditEntry.findMany({ where: { actor: 'rosa@example.org' }, orderBy: { id: 'asc' } });
  expect(rows.map(({ action }) => action)).toEqual([
    'person.created',
    'sign-in.done',
    'sign-in.done',
    'person.password-changed',
    'sign-in.done',
    'sign-in.failed',
    'sign-in.done',
  ]);
});
