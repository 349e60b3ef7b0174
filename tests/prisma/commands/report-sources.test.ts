import {
  createSource,
  findSource,
  findSourceByAddress,
  listSources,
  maySendFrom,
  revokeSource,
  rotateSource,
  rotationOverlapMs,
} from '#prisma/commands/report-sources.ts';
import type { Database } from '#prisma/client.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';

const start = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(start + seconds * 1000);
const actor = 'command line';

async function create(db: Database, asked: { readonly addresses?: readonly string[] } = {}) {
  const made = await createSource(db, { name: 'mx', addresses: [], hosts: [], ...asked, actor, now: at(0) });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

describe('sources of reports', () => {
  let test: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    db = test.database;
  });
  afterAll(() => test.close());

  it('are found by their token, which the database does not hold', async () => {
    const made = await createSource(db, {
      name: ' Dovecot in Vienna ',
      addresses: ['192.0.2.0/24', '192.0.2.0/24', '2001:db8::1'],
      hosts: ['IMAP.Example.org.', 'imap.example.org'],
      actor,
      now: at(0),
    });
    if (!made.ok) throw new Error(made.error);
    const { id, number, token } = made.value;
    expect(token).toMatch(/^lws_[\w-]{43}$/);
    await expect(findSource({ db, token, now: at(1) })).resolves.toEqual({
      id,
      number,
      name: 'Dovecot in Vienna',
      addresses: ['192.0.2.0/24', '2001:db8::1'],
      hosts: ['imap.example.org'],
      perSecond: 20_000,
    });
    const row = await db.reportSource.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(token.slice(4));
  });

  it.each([
    [{ name: ' ' }, 'Name the source in 1 to 100 characters, without control characters.'],
    [{ name: 'a\u001b[2J' }, 'Name the source in 1 to 100 characters, without control characters.'],
    [{ perSecond: 0 }, 'Reports a second must be a whole number from 1 to 1000000.'],
    [{ perSecond: 1.5 }, 'Reports a second must be a whole number from 1 to 1000000.'],
    [{ addresses: ['192.0.2.1/24'] }, '"192.0.2.1/24" has bits set behind its prefix: did you mean 192.0.2.0/24?'],
    [{ hosts: ['imap'] }, '"imap" is not complete: enter the full host name, for example mail.example.org.'],
    [{ hosts: Array.from({ length: 101 }, () => 'a.test') }, 'At most 100 address blocks and as many hosts.'],
  ])('are refused when %j makes no sense', async (wrong, sentence) => {
    const asked = { name: 'mx', addresses: [], hosts: [], actor, now: at(0), ...wrong };
    await expect(createSource(db, asked)).resolves.toEqual({ ok: false, error: sentence });
  });

  it('open nothing with a token that is unknown, malformed or revoked', async () => {
    const { id, token } = await create(db);
    const opens = async (text: string) => (await findSource({ db, token: text, now: at(1) })) !== null;
    expect(await opens(token)).toBe(true);
    expect(await opens(`${token}\u0000`)).toBe(false);
    expect(await opens(`lws_${'A'.repeat(43)}`)).toBe(false);
    expect(await opens('')).toBe(false);
    expect(await revokeSource(db, { id, actor, now: at(5) })).toBe(true);
    expect(await opens(token)).toBe(false);
    expect(await revokeSource(db, { id, actor: 'somebody else', now: at(9) })).toBe(true);
    const row = (await listSources(db)).find((source) => source.id === id);
    expect(row).toMatchObject({ revokedAt: at(5), revokedBy: actor });
    expect(await revokeSource(db, { id: 'none', actor, now: at(9) })).toBe(false);
    const written = await db.auditEntry.findMany({ where: { subject: id }, orderBy: { id: 'asc' } });
    expect(written.map(({ action }) => action)).toEqual(['source.created', 'source.revoked']);
  });

  it('keep the old token for a while when it is exchanged, and no longer than one exchange', async () => {
    const { id, token } = await create(db);
    const opens = async (text: string, now: Date) => (await findSource({ db, token: text, now }))?.id === id;
    const second = await rotateSource(db, { id, actor, now: at(10) });
    if (!second.ok) throw new Error(second.error);
    const end = at(10).getTime() + rotationOverlapMs;
    expect(second.value.oldTokenUntil.getTime()).toBe(end);
    expect(await opens(second.value.token, at(11))).toBe(true);
    expect(await opens(token, new Date(end - 1))).toBe(true);
    expect(await opens(token, new Date(end))).toBe(false);
    const third = await rotateSource(db, { id, actor, now: at(20) });
    if (!third.ok) throw new Error(third.error);
    expect(await opens(token, at(21))).toBe(false);
    expect(await opens(second.value.token, at(21))).toBe(true);
    await revokeSource(db, { id, actor, now: at(30) });
    expect(await opens(second.value.token, at(31))).toBe(false);
    expect((await rotateSource(db, { id, actor, now: at(40) })).ok).toBe(false);
  });

  it('are found by address where nothing carries a token: the narrowest block counts', async () => {
    const wide = await create(db, { addresses: ['198.51.0.0/16'] });
    const narrow = await create(db, { addresses: ['203.0.113.9', '198.51.100.0/24'] });
    const gone = await create(db, { addresses: ['198.51.100.7'] });
    await revokeSource(db, { id: gone.id, actor, now: at(1) });
    const found = async (address: string) => (await findSourceByAddress({ db, address }))?.id ?? null;
    expect(await found('198.51.7.7')).toBe(wide.id);
    expect(await found('198.51.100.7')).toBe(narrow.id);
    expect(await found('::ffff:198.51.100.7')).toBe(narrow.id);
    // Sources that name no address are not found by one.
    expect(await found('9.9.9.9')).toBeNull();
    expect(await found('not an address')).toBeNull();
  });

  it('may send from the addresses that they name, or from any', () => {
    const named = { addresses: ['192.0.2.0/24', '2001:db8::/32'] };
    expect(maySendFrom(named, '192.0.2.200')).toBe(true);
    expect(maySendFrom(named, '::ffff:192.0.2.200')).toBe(true);
    expect(maySendFrom(named, '2001:db8:1::1')).toBe(true);
    expect(maySendFrom(named, '192.0.3.1')).toBe(false);
    expect(maySendFrom({ addresses: [] }, '192.0.3.1')).toBe(true);
  });
});
