import { disablePerson } from '#prisma/commands/people.ts';
import { createInvitation } from '#prisma/commands/setup-links.ts';
import { createPerson } from '#prisma/commands/users.ts';
import { findPerson } from '#app/_auth/find-person.ts';
import { describeSignInError } from '#app/_auth/sign-in-words.ts';
import * as callback from '#app/api/auth/callback/oidc/route.ts';
import * as start from '#app/login/oidc/route.ts';
import { openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { openCookieBrowser, type CookieBrowser, type Page } from '#tests/support/cookie-browser.ts';
import { startOidcProvider, type OidcProvider } from '#tests/support/oidc-provider.ts';

const accounts = {
  olga: { email: 'Olga@example.org', email_verified: true, name: 'Olga' },
  ivan: { email: 'ivan@example.org', email_verified: true, name: 'Ivan' },
  eve: { email: 'eve@example.org', email_verified: true },
  mallory: { email: 'olga@example.org', email_verified: false },
  nobody: { name: 'No address' },
  dora: { email: 'dora@example.org', email_verified: true },
  rita: { email: 'rita@example.org', email_verified: 'true', groups: ['staff', 'operator', 'approver'] },
  nina: { email: 'nina@example.org', email_verified: true, realm_access: { roles: ['viewer'] } },
  anna: { email: 'anna@example.org', email_verified: true, groups: 'viewer' },
};

let app: ConsoleUnderTest;
let provider: OidcProvider;
let browsers = 0;
const callbackUrl = `${publicUrl}/api/auth/callback/oidc`;
const isCallback = (url: URL): boolean => url.href.startsWith(callbackUrl);

beforeAll(async () => {
  app = await openConsole();
  provider = await startOidcProvider({ accounts, redirectUri: callbackUrl });
  process.env['LATCHWATCH_OIDC_ISSUER'] = provider.issuer;
  process.env['LATCHWATCH_OIDC_CLIENT_ID'] = provider.clientId;
  process.env['LATCHWATCH_OIDC_CLIENT_SECRET'] = provider.clientSecret;
  const dates = { passwordHash: null, now: new Date() };
  await createPerson(app.database, { name: 'Olga', email: 'olga@example.org', role: 'operator', ...dates });
  await createPerson(app.database, { name: 'Anna', email: 'anna@example.org', role: 'administrator', ...dates });
  await createPerson(app.database, { name: 'Dora', email: 'dora@example.org', role: 'viewer', ...dates });
});
afterAll(async () => {
  await provider.close();
  await app.close();
});
afterEach(() => {
  provider.tamper = null;
  delete process.env['LATCHWATCH_OIDC_ROLE_CLAIM'];
});

function newBrowser(): CookieBrowser {
  browsers += 1;
  return openCookieBrowser(
    (request) => {
      const { origin, pathname } = new URL(request.url);
      if (origin !== publicUrl) return null;
      if (pathname === '/login/oidc') return start.GET(request);
      if (pathname === '/api/auth/callback/oidc') return callback.GET(request);
      return Promise.resolve(new Response('a page of the console'));
    },
    `192.0.2.${String(browsers)}`,
  );
}

/** Signs in at the provider's own forms, up to the redirect that goes back to the console. */
async function atProvider(browser: CookieBrowser, login: string, from?: string): Promise<URL> {
  let page: Page = await browser.open(from ?? `${publicUrl}/login/oidc`);
  for (const prompt of ['login', 'consent']) {
    const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`no form at ${page.url.href}: ${page.text.slice(0, 500)}`);
    const url = new URL(action, page.url).href;
    page = await browser.post(url, { prompt, login, password: 'any' }, isCallback);
    if (isCallback(page.url)) return page.url;
  }
  throw new Error(`the provider ended at ${page.url.href}`);
}

async function signIn(login: string): Promise<{ readonly browser: CookieBrowser; readonly page: Page }> {
  const browser = newBrowser();
  const back = await atProvider(browser, login);
  return { browser, page: await browser.open(back.href) };
}

const cookieName = 'latchwatch.session_token';

async function whoIs(browser: CookieBrowser) {
  const cookie = browser.cookie('localhost', cookieName);
  return cookie === undefined ? null : findPerson(new Headers({ cookie: `${cookieName}=${cookie}` }));
}

async function expectRefused(browser: CookieBrowser, page: Page, error: string): Promise<void> {
  expect(page.url.href).toBe(`${publicUrl}/login?error=${error}`);
  expect(await whoIs(browser)).toBeNull();
  expect(browser.cookie('localhost', cookieName)).toBeUndefined();
}

test('the browser is sent with a code request, PKCE by S256, state and nonce', async () => {
  const browser = newBrowser();
  const { url } = await browser.open(`${publicUrl}/login/oidc`, ({ origin }) => origin === provider.issuer);
  const sent = Object.fromEntries(url.searchParams);
  expect(sent).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', redirect_uri: callbackUrl });
  expect(sent['code_challenge']).toMatch(/^[\w-]{43}$/);
  expect(sent['state']).toMatch(/^[\w-]{32}$/);
  expect(sent['nonce']).toMatch(/^[\w-]{32}$/);
  expect(sent['scope']?.split(' ').toSorted()).toEqual(['email', 'openid', 'profile']);
});

test('somebody who is known comes in with the role they have here, and no token of the provider is kept', async () => {
  const { browser, page } = await signIn('olga');
  expect(page.url.href).toBe(`${publicUrl}/`);
  expect(await whoIs(browser)).toMatchObject({ email: 'olga@example.org', role: 'operator' });
  const rows = await app.database.account.findMany({ where: { user: { email: 'olga@example.org' } } });
  expect(rows).toMatchObject([
    { providerId: 'oidc', accountId: 'olga', accessToken: null, refreshToken: null, idToken: null, password: null },
  ]);
  expect(await app.database.auditEntry.findMany({ where: { actor: 'olga@example.org' } })).toMatchObject([
    { action: 'sign-in.done', detail: { method: 'identity provider' } },
  ]);
  expect(await whoIs((await signIn('olga')).browser)).toMatchObject({ email: 'olga@example.org' });
  expect(await app.database.account.count({ where: { providerId: 'oidc', accountId: 'olga' } })).toBe(1);
});

test.each([
  ['/incidents?state=open&host=mail.example.org', '/incidents?state=open&host=mail.example.org'],
  ['https://evil.example/', '/'],
  // The library takes no such path for one of ours.
  ['/domains/b%C3%BCcher.example', '/'],
])('who was on the way to %s is led to %s', async (next, to) => {
  const browser = newBrowser();
  const from = `${publicUrl}/login/oidc?${new URLSearchParams({ next }).toString()}`;
  const page = await browser.open((await atProvider(browser, 'olga', from)).href);
  expect(page.url.href).toBe(`${publicUrl}${to}`);
  expect(await whoIs(browser)).toMatchObject({ email: 'olga@example.org' });
});

test('somebody who is invited comes in once the provider proves the address, and the invitation is used', async () => {
  const invitation = {
    email: 'Ivan@example.org',
    role: 'approver',
    hours: 24,
    actor: 'anna',
    now: new Date(),
  } as const;
  await createInvitation(app.database, invitation);
  expect(await whoIs((await signIn('ivan')).browser)).toMatchObject({ name: 'Ivan', role: 'approver' });
  expect(await app.database.setupLink.count({ where: { email: 'ivan@example.org', usedAt: null } })).toBe(0);
});

test.each([
  ['eve', 'person_unknown'],
  ['mallory', 'email_not_verified'],
  ['nobody', 'claims_unreadable'],
])('%s is refused: %s', async (login, error) => {
  const { browser, page } = await signIn(login);
  await expectRefused(browser, page, error);
  expect(await app.database.account.count({ where: { accountId: login } })).toBe(0);
});

test('a disabled person is refused in words, and it is written down', async () => {
  await disablePerson(app.database, { email: 'dora@example.org', actor: 'anna@example.org', now: new Date() });
  const { browser, page } = await signIn('dora');
  await expectRefused(browser, page, 'person_disabled');
  expect(describeSignInError('person_disabled')).toMatch(/disabled/);
  expect(
    await app.database.auditEntry.findFirst({ where: { actor: 'dora@example.org', action: 'sign-in.refused' } }),
  ).toMatchObject({ detail: { why: 'person_disabled' } });
});

describe('a role that the provider gives', () => {
  test.each([
    ['rita', 'groups', 'approver'],
    ['nina', 'realm_access.roles', 'viewer'],
  ])('lets %s in by the claim %s as %s', async (login, claim, role) => {
    process.env['LATCHWATCH_OIDC_ROLE_CLAIM'] = claim;
    expect(await whoIs((await signIn(login)).browser)).toMatchObject({ role });
  });

  test('does not take the last administrator away, and takes the others', async () => {
    process.env['LATCHWATCH_OIDC_ROLE_CLAIM'] = 'groups';
    expect(await whoIs((await signIn('anna')).browser)).toMatchObject({ role: 'administrator' });
    const second = { name: 'B', email: 'b@example.org', role: 'administrator', passwordHash: null } as const;
    await createPerson(app.database, { ...second, now: new Date() });
    expect(await whoIs((await signIn('anna')).browser)).toMatchObject({ role: 'viewer' });
  });
});

describe('an answer that was not meant for this browser or this request', () => {
  test('with a state that nobody gave, or the state of another browser', async () => {
    const browser = newBrowser();
    const back = await atProvider(browser, 'olga');
    const wrong = new URL(back);
    wrong.searchParams.set('state', 'x'.repeat(32));
    await expectRefused(browser, await browser.open(wrong.href), 'state_mismatch');
    const other = newBrowser();
    await expectRefused(other, await other.open(back.href), 'state_mismatch');
    const none = new URL(back);
    none.searchParams.delete('state');
    await expectRefused(browser, await browser.open(none.href), 'state_not_found');
  });

  test('a second time, with the old state or with a new one', async () => {
    const browser = newBrowser();
    const back = await atProvider(browser, 'olga');
    await browser.open(back.href);
    const other = newBrowser();
    const again = await other.open(`${publicUrl}/login/oidc`, ({ origin }) => origin === provider.issuer);
    await expectRefused(other, await other.open(back.href), 'state_mismatch');
    const replayed = new URL(back);
    replayed.searchParams.set('state', again.url.searchParams.get('state') ?? '');
    await expectRefused(other, await other.open(replayed.href), 'invalid_code');
  });

  test('with the nonce of another request', async () => {
    const browser = newBrowser();
    const sent = await browser.open(`${publicUrl}/login/oidc`, ({ origin }) => origin === provider.issuer);
    sent.url.searchParams.set('nonce', 'y'.repeat(32));
    const back = await atProvider(browser, 'olga', sent.url.href);
    await expectRefused(browser, await browser.open(back.href), 'unable_to_get_user_info');
  });

  test('from another issuer', async () => {
    const browser = newBrowser();
    const back = await atProvider(browser, 'olga');
    back.searchParams.set('iss', 'https://evil.example');
    await expectRefused(browser, await browser.open(back.href), 'issuer_mismatch');
  });

  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = (token: string): string => token.split('.')[1] ?? '';
  test.each([
    ['without a signature', (token: string) => `${part({ alg: 'none' })}.${payload(token)}.`],
    ['signed with the secret', (token: string) => `${part({ alg: 'HS256' })}.${payload(token)}.AAAA`],
    [
      'changed after it was signed',
      (token: string) => {
        const [head = '', body = '', signature = ''] = token.split('.');
        const changed = Buffer.from(body, 'base64url').toString().replace('"sub":"olga"', '"sub":"anna"');
        return [head, Buffer.from(changed).toString('base64url'), signature].join('.');
      },
    ],
  ])('with an ID token %s', async (_, tamper) => {
    provider.tamper = tamper;
    const { browser, page } = await signIn('olga');
    await expectRefused(browser, page, 'unable_to_get_user_info');
  });
});

test('an ID token that passes through unchanged is taken', async () => {
  provider.tamper = (token) => token;
  expect(await whoIs((await signIn('olga')).browser)).toMatchObject({ email: 'olga@example.org' });
});

test('a provider that calls itself otherwise than the setting says is not used, nor one that is not there', async () => {
  const browser = newBrowser();
  for (const issuer of [provider.issuer.replace('127.0.0.1', 'localhost'), 'http://127.0.0.1:1']) {
    process.env['LATCHWATCH_OIDC_ISSUER'] = issuer;
    expect((await browser.open(`${publicUrl}/login/oidc`)).url.href).toBe(`${publicUrl}/login?error=provider_unusable`);
  }
  process.env['LATCHWATCH_OIDC_ISSUER'] = provider.issuer;
});

test('a flood of answers from one address is stopped, and other addresses go on', async () => {
  const browser = newBrowser();
  const ends = new Set<string>();
  for (let count = 0; count < 25; count += 1) {
    ends.add((await browser.open(`${callbackUrl}?code=x&state=${'z'.repeat(32)}`)).url.search);
  }
  expect([...ends]).toEqual(['?error=state_mismatch', '?error=too_many_tries']);
  expect(await whoIs((await signIn('olga')).browser)).not.toBeNull();
});
