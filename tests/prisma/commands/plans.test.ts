import type { Result } from '#lib/model/result.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import { planChange } from '#lib/planner/plan.ts';
import {
  approvePlan,
  carryOutPlan,
  findPlan,
  listPlans,
  recheckPlan,
  savePlan,
  withdrawPlan,
} from '#prisma/commands/plans.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { address, cubeOf, endpoint, evidence, host } from '#tests/lib/planner/world.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.database.changePlan.deleteMany());
afterAll(() => test.close());

const hosts = [host];
const minuteMs = 60_000;
const author = 'alice@example.org';
const approver = 'bob@example.org';
const drop: PlannedChange = { op: 'drop_starttls', hosts, ports: [] };
const at = (ms: number): Date => new Date(testNow + ms);

function answerAt(change: PlannedChange, now: number) {
  const seen = evidence({ endpoints: [endpoint(143, { seenAt: now }), endpoint(993, { seenAt: now })] });
  const client = { name: 'Mail\u0000er <script>', version: '1' };
  const cube = cubeOf([{ client, latched: ['tls12'], holders: 4 }]);
  return planChange({ change, cube, ledger: [], evidence: seen, now });
}

function save(change = drop, typedTag: string | null = null) {
  const plan = { answer: answerAt(change, testNow), note: 'CHG-7', days: 14, typedTag, actor: author, now: at(0) };
  return test.database.$transaction((tx) => savePlan(tx, plan));
}

async function saved(): Promise<string> {
  const plan = await save();
  if (!plan.ok) throw new Error(plan.error);
  return plan.value.id;
}

const hashOf = async (id: string) => (await findPlan(test.database, id))?.answerHash ?? '';
const approve = async (
  id: string,
  { actor = approver, ms = minuteMs, hash }: { actor?: string; ms?: number; hash?: string } = {},
) => {
  const seen = hash ?? (await hashOf(id));
  return test.database.$transaction((tx) => approvePlan(tx, { id, actor, now: at(ms), hash: seen }));
};

const errorOf = (result: Result<unknown>): string => (result.ok ? '' : result.error);

it('keeps the answer as it was, whatever stands in it', async () => {
  const id = await saved();
  const plan = await findPlan(test.database, id);
  expect(plan?.answer).toEqual(answerAt(drop, testNow));
  expect(plan).toMatchObject({ note: 'CHG-7', createdBy: author, approvedAt: null, expiresAt: testNow + 14 * dayMs });
  expect(plan?.answerHash).toMatch(/^[0-9a-f]{64}$/);
  expect(await findPlan(test.database, 'nothing')).toBeNull();
});

it('is approved by somebody else only, and as it was seen', async () => {
  const id = await saved();
  expect(errorOf(await approve(id, { actor: author }))).toContain('Somebody else');
  expect(errorOf(await approve(id, { hash: '0'.repeat(64) }))).toContain('changed');
  expect(await approve(id)).toEqual({ ok: true, value: null });
  expect(await findPlan(test.database, id)).toMatchObject({ approvedBy: approver, approvedAt: testNow + minuteMs });
  expect(await approve(id)).toMatchObject({ ok: false });
});

it('is approved once when two press the button together', async () => {
  const id = await saved();
  const both = await Promise.all([approve(id), approve(id, { actor: 'carol@example.org' })]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
});

it('needs evidence of the last fifteen minutes', async () => {
  const id = await saved();
  const old = await hashOf(id);
  expect(errorOf(await approve(id, { ms: 16 * minuteMs }))).toContain('15 minutes');
  const now = at(16 * minuteMs);
  const answer = answerAt(drop, now.getTime());
  const checked = await test.database.$transaction((tx) => recheckPlan(tx, { id, actor: author, now, answer }));
  expect(checked.ok).toBe(true);
  expect(await approve(id, { ms: 17 * minuteMs, hash: old })).toMatchObject({ ok: false });
  expect(await approve(id, { ms: 17 * minuteMs })).toMatchObject({ ok: true });
});

it('is not approved while something that must be is not', async () => {
  const change: PlannedChange = { op: 'advertise', hosts, tag: 'tls-cert' };
  const seen = evidence({ endpoints: [endpoint(993, { addresses: [address({ provedSince: testNow - 3 * dayMs })] })] });
  const answer = planChange({ change, cube: cubeOf([]), ledger: [], evidence: seen, now: testNow });
  const plan = { answer, note: '', days: 14, typedTag: 'tls-cert', actor: author, now: at(0) };
  const made = await test.database.$transaction((tx) => savePlan(tx, plan));
  expect(made.ok ? errorOf(await approve(made.value.id)) : '').toContain('3 of 14 days');
});

it('wants a tag typed out before it is advertised', async () => {
  const change: PlannedChange = { op: 'advertise', hosts, tag: 'tls-cert' };
  expect(errorOf(await save(change))).toContain('Type tls-cert out');
  expect(await save(change, 'tls-dane-tlsa')).toMatchObject({ ok: false });
  expect(await save(change, ' TLS-CERT ')).toMatchObject({ ok: true });
});

it('is carried out after approval, and not after it expired or was withdrawn', async () => {
  const carryOut = (id: string, ms: number) =>
    test.database.$transaction((tx) => carryOutPlan(tx, { id, actor: author, now: at(ms) }));
  const first = await saved();
  expect(await carryOut(first, minuteMs)).toMatchObject({ ok: false });
  await approve(first);
  expect(await carryOut(first, 15 * dayMs)).toMatchObject({ ok: false });
  expect(await carryOut(first, dayMs)).toMatchObject({ ok: true });
  const second = await saved();
  await approve(second);
  const withdraw = () =>
    test.database.$transaction((tx) => withdrawPlan(tx, { id: second, actor: author, now: at(dayMs) }));
  expect(await withdraw()).toMatchObject({ ok: true });
  expect(await withdraw()).toMatchObject({ ok: false });
  expect(await carryOut(second, dayMs)).toMatchObject({ ok: false });
});

it('is listed newest first, page by page, and each deed is on the record', async () => {
  const ids = [await saved(), await saved(), await saved()];
  const first = await listPlans(test.database, { after: null, limit: 2 });
  const second = await listPlans(test.database, { after: first.next, limit: 2 });
  expect([...first.plans, ...second.plans].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(second.next).toBeNull();
  await approve(ids[0] ?? '');
  const deeds = await test.database.auditEntry.findMany({ where: { subject: ids[0] ?? '' }, orderBy: { id: 'asc' } });
  expect(deeds.map(({ action, actor }) => [action, actor])).toEqual([
    ['plan.saved', author],
    ['plan.approved', approver],
  ]);
});
