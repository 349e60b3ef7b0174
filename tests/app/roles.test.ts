import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { roles, type Role } from '#lib/model/role.ts';
import { isTokenScope, tokenScopes } from '#prisma/commands/tokens.ts';
import { roleAllows, scopes } from '#app/_auth/scopes.ts';
import { filesNamed, readAccessMap, type AccessRow } from '#tests/app/support/access-map.ts';
import { bearer, call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { memberOf } from '#tests/support/member-of.ts';
import { inRequest, type Outcome } from '#tests/app/support/request-scope.ts';

/*
 * Every page, server action and API route that the tree has, with every role. What each needs is read from the code or
 * asked of it; docs/roles.md shows it, so that whoever changes who may do what changes that page too.
 */

const page = 'docs/roles.md';
const rewrite = 'Run `ROLES_PAGE=write npm test -- tests/app/roles.test.ts`, and read what changed in docs/roles.md.';
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const map = readAccessMap();
const actions = map.filter(({ kind }) => kind === 'action');
const pages = map.filter(({ kind }) => kind === 'page');

let app: ConsoleUnderTest;
let cookies: Readonly<Record<Role, string>>;
let api: readonly AccessRow[] = [];

type Callable = (...args: readonly unknown[]) => unknown;
const isCallable = (value: unknown): value is Callable => typeof value === 'function';

async function exported(file: string, name: string): Promise<Callable> {
  const loaded: unknown = await import(`#app/${file.slice('app/'.length)}`);
  const value = z.record(z.string(), z.unknown()).parse({ ...Object(loaded) })[name];
  if (!isCallable(value)) throw new Error(`${file} does not export ${name}`);
  return value;
}

async function ask(row: Pick<AccessRow, 'file' | 'name'>, headers: Record<string, string>): Promise<Response> {
  const handler = await exported(row.file, row.name);
  return call(async (request, context) => z.instanceof(Response).parse(await handler(request, context)), {
    method: row.name,
    headers,
  });
}

const person = (role: Role): Record<string, string> => ({ cookie: cookies[role], origin: publicUrl });
const mayAs = (role: Role, needs: string): boolean =>
  needs === 'signed in' || needs === 'nobody' || scopes.some((scope) => scope === needs && roleAllows(role, scope));

/** What the routes of the API say themselves to a token that may nothing. */
async function askRoutes(): Promise<readonly AccessRow[]> {
  const token = bearer(await app.token());
  const rows: AccessRow[] = [];
  for (const file of filesNamed('route.ts').filter((path) => path.startsWith('app/api/v1/'))) {
    for (const name of methods) {
      const response = await ask({ file, name }, token);
      if (response.status === 405) continue;
      const detail =
        response.status === 403 ? z.object({ detail: z.string() }).parse(await response.json()).detail : '';
      const needs = /^This needs (\S+)\.$/.exec(detail)?.[1] ?? 'signed in';
      rows.push({ kind: 'route', file, name, needs });
    }
  }
  return rows;
}

beforeAll(async () => {
  app = await openConsole();
  cookies = {
    viewer: await app.session('viewer'),
    operator: await app.session('operator'),
    approver: await app.session('approver'),
    administrator: await app.session('administrator'),
  };
  api = await askRoutes();
});
afterAll(() => app.close());

test('nothing in the tree is without a guard', () => {
  expect(map.map(({ needs }) => needs).filter((needs) => needs.startsWith('NOT GUARDED'))).toEqual([]);
  const known = ['nobody', 'signed in', ...scopes.map(String)];
  expect([...map, ...api].filter(({ needs }) => !known.includes(needs))).toEqual([]);
  expect(actions.length).toBeGreaterThan(40);
  expect(pages.length).toBeGreaterThan(30);
  expect(api.length).toBeGreaterThan(30);
});

describe('API', () => {
  test('nobody comes in without a session or a token', async () => {
    for (const row of api) {
      expect([row.file, row.name, (await ask(row, {})).status]).toEqual([row.file, row.name, 401]);
    }
  });

  test.each(roles)('%s may what the role has, and nothing else', async (role) => {
    for (const row of api) {
      const { status } = await ask(row, person(role));
      expect([row.file, row.name, status === 403]).toEqual([row.file, row.name, !mayAs(role, row.needs)]);
      expect(status).not.toBe(401);
    }
  });

  test('a token opens what its scope names, and with every other scope it does not', async () => {
    for (const row of api.filter(({ needs }) => needs !== 'signed in')) {
      const others = tokenScopes.filter((scope) => scope !== row.needs);
      expect([row.file, row.name, (await ask(row, bearer(await app.token(...others)))).status]).toEqual([
        row.file,
        row.name,
        403,
      ]);
      if (!isTokenScope(row.needs)) continue;
      const { status } = await ask(row, bearer(await app.token(row.needs)));
      expect([row.file, row.name, [401, 403].includes(status)]).toEqual([row.file, row.name, false]);
    }
  });

  test('the audit record is exported to who may read it, and to no token', async () => {
    const row = { file: 'app/(console)/settings/audit/export/route.ts', name: 'GET' };
    for (const role of roles) {
      expect([role, (await ask(row, person(role))).status]).toEqual([role, roleAllows(role, 'audit:read') ? 200 : 403]);
    }
    expect((await ask(row, {})).status).toBe(401);
    expect((await ask(row, bearer(await app.token(...tokenScopes)))).status).toBe(403);
    const lines = (await (await ask(row, person('administrator'))).text()).trim().split('\n');
    expect(lines).toHaveLength(await app.database.auditEntry.count());
  });

  test('accounts that a plan breaks are exported to who may look accounts up, and to no token', async () => {
    const row = { file: 'app/(console)/plan/export/route.ts', name: 'GET' };
    for (const role of roles) {
      expect([role, (await ask(row, person(role))).status]).toEqual([
        role,
        roleAllows(role, 'accounts:read') ? 404 : 403,
      ]);
    }
    expect((await ask(row, bearer(await app.token(...tokenScopes)))).status).toBe(403);
  });

  test('what the scripts of pages ask needs a session', async () => {
    const token = bearer(await app.token(...tokenScopes));
    for (const file of ['find/items', 'live', 'live/state'].map((path) => `app/${path}/route.ts`)) {
      expect([file, (await ask({ file, name: 'GET' }, {})).status]).toEqual([file, 401]);
      expect([file, (await ask({ file, name: 'GET' }, token)).status]).toEqual([file, 401]);
    }
    const setup = { file: 'app/live/setup/[id]/route.ts', name: 'GET' };
    expect((await ask(setup, {})).status).toBe(401);
    for (const role of roles) {
      expect([role, (await ask(setup, person(role))).status]).toEqual([
        role,
        roleAllows(role, 'inventory:write') ? 404 : 403,
      ]);
    }
  });
});

describe('server actions', () => {
  const act = async (row: AccessRow, headers: Record<string, string>): Promise<Outcome> => {
    const action = await exported(row.file, row.name);
    return inRequest({ headers }, () => Promise.resolve(action(null, new FormData())));
  };
  /** Forms answer in several shapes; what they say is in all of them. */
  const said = (outcome: Outcome): string => JSON.stringify(memberOf(outcome, 'value') ?? null);
  const guarded = actions.filter(({ needs }) => needs !== 'nobody');

  test('send whoever has no session to the login page', async () => {
    for (const row of guarded) {
      expect([row.name, await act(row, { origin: publicUrl })]).toEqual([
        row.name,
        { how: 'redirected', to: '/login' },
      ]);
    }
  });

  test('refuse a form of another site, even with the session of an administrator', async () => {
    for (const row of guarded) {
      const outcome = await act(row, { ...person('administrator'), origin: 'https://evil.example' });
      expect([row.name, said(outcome)]).toEqual([row.name, expect.stringContaining('LATCHWATCH_PUBLIC_URL')]);
    }
  });

  test.each(roles)('refuse %s where the role does not have the scope, and nowhere else', async (role) => {
    for (const row of guarded) {
      const refused = said(await act(row, person(role))).includes(`Your role is ${role}: it may not do this.`);
      expect([row.file, row.name, refused]).toEqual([row.file, row.name, !mayAs(role, row.needs)]);
    }
  });
});

describe('pages', () => {
  const show = async (row: AccessRow, headers: Record<string, string>): Promise<Outcome> => {
    const component = await exported(row.file, 'default');
    const props = {
      params: Promise.resolve({ id: 'none', name: 'none', code: 'none' }),
      searchParams: Promise.resolve({}),
    };
    return inRequest({ headers }, () => Promise.resolve(component(props)));
  };
  /** The words of a page that was not rendered further: enough for a refusal, which has no parts of its own. */
  function wordsOf(node: unknown): string {
    if (typeof node === 'string') return node;
    if (Array.isArray(node)) return node.map(wordsOf).join('');
    const children = memberOf(memberOf(node, 'props'), 'children');
    return children === undefined ? '' : wordsOf(children);
  }

  test('send whoever has no session to the login page, before they look at anything', async () => {
    for (const row of pages.filter(({ needs }) => needs !== 'nobody')) {
      expect([row.file, await show(row, {})]).toEqual([row.file, { how: 'redirected', to: '/login' }]);
    }
  });

  test.each(roles)('tell %s in words, or that there is nothing, where the role may not look', async (role) => {
    for (const row of pages.filter(({ needs }) => needs !== 'nobody' && !mayAs(role, needs))) {
      const outcome = await show(row, person(role));
      const refused =
        outcome.how === 'not-found' || (outcome.how === 'answered' && wordsOf(outcome.value).includes(role));
      expect([row.file, outcome.how, refused]).toEqual([row.file, outcome.how, true]);
    }
  });
});

describe(page, () => {
  const place = ({ kind, file, name }: AccessRow): string => {
    const address = file
      .replace(/^app/, '')
      .replace('/(console)', '')
      .replace(/\/(page\.tsx|route\.ts)$/, '');
    return kind === 'action'
      ? `${file.replace('app/_actions/', '').replace('.ts', '')}: ${name}`
      : `${name} ${address === '' ? '/' : address}`.trim();
  };
  const table = (head: string, rows: readonly AccessRow[]): string => {
    const lines = rows.map((row) => {
      const marks = roles.map((role) => (mayAs(role, row.needs) ? 'yes' : ''));
      return `| \`${place(row)}\` | ${row.needs} | ${marks.join(' | ')} |`;
    });
    return [
      `| ${head} | needs | ${roles.join(' | ')} |`,
      `| --- | --- | ${roles.map(() => '---').join(' | ')} |`,
      ...lines,
    ].join('\n');
  };
  const scopeTable = (): string =>
    [
      `| scope | tokens | ${roles.join(' | ')} |`,
      `| --- | --- | ${roles.map(() => '---').join(' | ')} |`,
      ...scopes.map((scope) => {
        const marks = [isTokenScope(scope), ...roles.map((role) => roleAllows(role, scope))];
        return `| ${scope} | ${marks.map((mark) => (mark ? 'yes' : '')).join(' | ')} |`;
      }),
    ].join('\n');
  /** Without the spaces and dashes by which prettier lines up the columns. */
  const bare = (text: string): readonly string[] =>
    text.split('\n').map((line) => line.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').trim());

  test('shows what the code says', () => {
    const text = [
      '# Who may do what',
      '',
      'Made from the code by tests/app/roles.test.ts, which tries every line with every role. `signed in`: whoever has a',
      'session or a token. `nobody`: needs no sign-in, on purpose.',
      '',
      '## Scopes',
      '',
      scopeTable(),
      '',
      '## Pages',
      '',
      table('page', pages),
      '',
      '## API',
      '',
      table('route', api),
      '',
      '## Forms of the console',
      '',
      table('action', actions),
      '',
    ].join('\n');
    if (process.env['ROLES_PAGE'] === 'write') writeFileSync(page, text);
    const shown = bare(readFileSync(page, 'utf8'));
    const lacking = bare(text).filter((line) => !shown.includes(line));
    const obsolete = shown.filter((line) => !bare(text).includes(line));
    expect({ lacking, obsolete, whatToDo: rewrite }).toEqual({ lacking: [], obsolete: [], whatToDo: rewrite });
  });
});
