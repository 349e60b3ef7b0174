// First: Next's own parts look for what it sets up when they are loaded.
import { inRequest } from '#tests/app/support/request-scope.ts';
import { inspect } from 'node:util';
import { isValidElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { PlannedChange } from '#lib/planner/change.ts';
import { approvePlan, savePlan } from '#prisma/commands/plans.ts';
import { silencePlanAction } from '#app/_actions/plans.ts';
import { GET } from '#app/(console)/plan/export/route.ts';
import PlanPage from '#app/(console)/plan/page.tsx';
import { answerChange } from '#app/_queries/plan-answer.ts';
import { call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { seedHolders, testAccount } from '#tests/support/census.ts';

const host = 'mail.example.org';
const change: PlannedChange = { op: 'move_host', host, proves: null, versions: null };
let app: ConsoleUnderTest;
let cookies: { readonly viewer: string; readonly operator: string };
beforeAll(async () => {
  app = await openConsole();
  cookies = { viewer: await app.session('viewer'), operator: await app.session('operator') };
  const lastDay = new Date();
  await seedHolders(app.database, [
    { account: 'a', client: 'Courier', host, latched: ['tls12'], lastDay },
    { account: 'b', client: 'Courier', host, latched: ['tls12'], lastDay },
    { account: 'c', client: 'Courier', host: 'other.example.org', latched: ['tls12'], lastDay },
  ]);
});
afterAll(() => app.close());

const visitor = (who: 'viewer' | 'operator') => ({ cookie: cookies[who], origin: publicUrl });

async function keepPlan(): Promise<string> {
  const now = new Date();
  const answer = await answerChange(change, now);
  const plan = { answer, note: '', days: 14, typedTag: null, actor: 'ada@example.org', now };
  const saved = await app.database.$transaction((tx) => savePlan(tx, plan));
  if (!saved.ok) throw new Error(saved.error);
  return saved.value.id;
}

async function silence(planId: string, hours: string, who: 'viewer' | 'operator' = 'operator'): Promise<unknown> {
  const form = new FormData();
  form.set('planId', planId);
  form.set('hours', hours);
  const outcome = await inRequest({ headers: visitor(who) }, () => silencePlanAction(null, form));
  return outcome.how === 'answered' ? outcome.value : outcome;
}

describe('a plan about to be carried out', () => {
  it('silences its hosts by one click, once it is approved, and not for ever', async () => {
    const id = await keepPlan();
    expect(await silence(id, '2')).toEqual({ ok: false, message: 'Only for a plan that is approved.' });
    await app.database.changePlan.update({ where: { id }, data: { approvedAt: new Date(), approvedBy: 'bob' } });
    expect(await silence(id, '0')).toMatchObject({ ok: false });
    expect(await silence(id, '1000')).toMatchObject({ ok: false });
    expect(await silence(id, '2', 'viewer')).toMatchObject({ ok: false });
    expect(await app.database.silence.count()).toBe(0);
    expect(await silence(id, '2')).toMatchObject({ ok: true });
    const [made, ...others] = await app.database.silence.findMany();
    expect(others).toEqual([]);
    expect(made).toMatchObject({ host, maintenance: true, code: null, createdBy: 'operator@example.org' });
    expect(made?.reason).toContain(id);
    expect((made?.endsAt.getTime() ?? 0) - (made?.startsAt.getTime() ?? 0)).toBe(2 * 3_600_000);
  });

  it('is not approved by its own author', async () => {
    const id = await keepPlan();
    const { answerHash } = await app.database.changePlan.findUniqueOrThrow({ where: { id } });
    const deed = { id, actor: 'ada@example.org', now: new Date(), hash: answerHash };
    expect(await app.database.$transaction((tx) => approvePlan(tx, deed))).toMatchObject({ ok: false });
  });
});

describe('the accounts of a change as a file', () => {
  const path = `/plan/export?op=move_host&host=${host}`;

  it('holds pseudonyms of whom the change harms, and is written to the record', async () => {
    const response = await call(GET, { path, headers: visitor('operator') });
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(response.headers.get('content-disposition')).toContain('attachment');
    const lines = (await response.text()).replace('\ufeff', '').trim().split('\r\n');
    expect(lines).toEqual(['account_pseudonym', ...[testAccount('a'), testAccount('b')].toSorted()]);
    expect(await app.database.auditEntry.findMany({ where: { action: 'accounts.exported' } })).toMatchObject([
      { actor: 'operator@example.org', detail: { op: 'move_host', accounts: 2 } },
    ]);
  });

  it('is there for a kept plan too', async () => {
    const response = await call(GET, { path: `/plan/export?plan=${await keepPlan()}`, headers: visitor('operator') });
    expect((await response.text()).trim().split('\r\n')).toHaveLength(3);
  });

  it.each([
    ['viewer', path, 403],
    ['operator', '/plan/export?op=explode', 404],
    ['operator', '/plan/export?plan=none', 404],
  ] as const)('answers %s at %s with %d', async (who, asked, status) => {
    expect((await call(GET, { path: asked, headers: visitor(who) })).status).toBe(status);
  });
});

describe('the list of plans', () => {
  /** What the page at this address lists: the ids of its plans, and where it leads on. */
  async function listed(query: Readonly<Record<string, string>>) {
    const page = () => PlanPage({ searchParams: Promise.resolve(query) });
    const outcome = await inRequest({ headers: visitor('viewer') }, page);
    if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(inspect(outcome));
    const html = renderToStaticMarkup(outcome.value);
    return {
      ids: [...html.matchAll(/href="\/plan\/([^"]+)"/g)].map(([, id]) => id),
      onward: [...html.matchAll(/href="(\/plan\?[^"]*plans=[^"]*)#plans"/g)].map(([, href = '']) => href),
    };
  }

  it('has twenty a page, and leads on to the older ones', async () => {
    for (let count = 0; count < 21; count += 1) await keepPlan();
    const total = await app.database.changePlan.count();
    const first = await listed({});
    expect(first.ids).toHaveLength(20);
    expect(first.onward).toHaveLength(1);
    const place = new URL(first.onward[0] ?? '', publicUrl).searchParams.get('plans') ?? '';
    const second = await listed({ plans: place });
    expect(new Set([...first.ids, ...second.ids]).size).toBe(total);
    expect(second.onward).toEqual([]);
    // What nobody wrote begins at the beginning.
    expect(await listed({ plans: 'x' })).toEqual(first);
  });
});
