import { createSource } from '#prisma/commands/report-sources.ts';
import { withdrawSource } from '#prisma/commands/withdraw-source.ts';
import { findSourceItem, ingestUrl, listRefused, listSourceItems } from '#app/_queries/report-sources.ts';
import { openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 0, 2, 12, 30);
const actor = 'admin@example.org';

describe('sources on the settings pages', () => {
  let test: ConsoleUnderTest;
  beforeAll(async () => {
    test = await openConsole();
  });
  afterAll(() => test.close());

  async function create(name: string) {
    const asked = { name, addresses: [], hosts: [], actor, now: new Date(now) };
    const made = await createSource(test.database, asked);
    if (!made.ok) throw new Error(made.error);
    return made.value;
  }

  it('have what came in this hour and the one before, and no more', async () => {
    const busy = await create('busy');
    const idle = await create('idle');
    const at = (hours: number) => new Date(Math.floor(now / hourMs) * hourMs - hours * hourMs);
    for (const [hours, accepted] of [
      [0, 5],
      [1, 70],
      [2, 900],
    ] as const) {
      const row = { source: busy.number, hour: at(hours), accepted, rejected: 1, own: 2 };
      await test.database.reportCount.create({ data: row });
    }
    const items = await listSourceItems(now);
    expect(items.map(({ name, recent }) => [name, recent.accepted, recent.rejected, recent.own])).toEqual([
      ['idle', 0, 0, 0],
      ['busy', 75, 2, 4],
    ]);
    expect(items[0]?.recent.since).toBe(at(1).getTime());
    await expect(findSourceItem(idle.id, now)).resolves.toMatchObject({ name: 'idle', ended: null });
    await expect(findSourceItem('none', now)).resolves.toBeNull();
  });

  it('tell how they ended', async () => {
    const { id } = await create('poisoned');
    await withdrawSource(test.database, { id, reason: 'broken into', actor, now: new Date(now) });
    const item = await findSourceItem(id, now);
    expect(item?.ended).toEqual({ how: 'withdrawn', at: now, by: actor, reason: 'broken into' });
  });

  it('show the refused lines of that source only, the newest first', async () => {
    const [one, other] = [await create('one'), await create('other')];
    for (const [source, minutes] of [
      [one.number, 2],
      [one.number, 1],
      [other.number, 0],
    ] as const) {
      const at = new Date(now - minutes * 60_000);
      await test.database.rejectedReport.create({ data: { source, at, pointer: '/tls', detail: String(minutes) } });
    }
    expect((await listRefused(one.id)).map(({ detail }) => detail)).toEqual(['1', '2']);
    await expect(listRefused('none')).resolves.toEqual([]);
  });

  it('are told where to send to', () => {
    expect(ingestUrl()).toBe('http://localhost:3080/ingest/v1/reports');
  });
});
