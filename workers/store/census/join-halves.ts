import type { PoolClient } from 'pg';
import { z } from 'zod';
import type { Half } from './prepare-reports.ts';

/*
 * A session comes in halves: a client names itself before it logs in, or after, and the log says so in two lines. A half
 * waits in the database, so that it is not lost once it was acknowledged.
 */

/** A session that is whole: somebody logged in with a client that named itself. */
export interface WholeSession {
  readonly session: Half;
  readonly account: string;
  /** What this adds to the logins: a login not counted yet, or the name of one that was. */
  readonly counts: 'login' | 'name' | 'nothing';
}

const storedHalf = z.object({
  source: z.number(),
  session: z.string(),
  server: z.number(),
  client: z.number(),
  latched: z.number(),
  supported: z.number(),
  tls: z.number(),
  speaks_deep: z.boolean(),
  account: z.string().nullable(),
  at: z.date(),
});

function toHalf(row: z.infer<typeof storedHalf>): Half {
  const { speaks_deep: speaksDeep, account, at, ...rest } = row;
  return { ...rest, speaksDeep, account: account?.replaceAll('-', '') ?? null, at: at.getTime(), isLogin: false };
}

const take = `DELETE FROM session_report s USING unnest($1::smallint[], $2::text[]) AS k(source, session)
  WHERE s.source = k.source AND s.session = k.session
  RETURNING s.source, s.session, s.server, s.client, s.latched, s.supported, s.tls, s.speaks_deep, s.account, s.at`;

const takeOld = `DELETE FROM session_report WHERE at < $1
  RETURNING source, session, server, client, latched, supported, tls, speaks_deep, account, at`;

const keep = `INSERT INTO session_report
    (source, session, server, client, latched, supported, tls, speaks_deep, account, at)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::boolean[],
    $9::uuid[], $10::timestamptz[])
  ON CONFLICT (source, session) DO UPDATE SET server = EXCLUDED.server, client = EXCLUDED.client,
    latched = EXCLUDED.latched, supported = EXCLUDED.supported, tls = EXCLUDED.tls,
    speaks_deep = EXCLUDED.speaks_deep, account = EXCLUDED.account, at = EXCLUDED.at`;

/** Which numbers of the dictionaries stand for what was not told. */
export interface JoinWords {
  readonly unknownServer: number;
  readonly unnamedClient: number;
  readonly unknownTls: number;
}

/**
 * Puts new halves together with those that wait, and keeps what still lacks its other half. Gives the sessions that are
 * whole now, and logins that are counted although their client has not said its name.
 */
export async function joinHalves(
  tx: PoolClient,
  { halves, words }: { readonly halves: readonly Half[]; readonly words: JoinWords },
): Promise<{ readonly whole: readonly WholeSession[]; readonly unnamedLogins: readonly Half[] }> {
  if (halves.length === 0) return { whole: [], unnamedLogins: [] };
  const { rows } = await tx.query<unknown[]>({
    name: 'census-take-halves',
    text: take,
    values: [halves.map(({ source }) => source), halves.map(({ session }) => session)],
  });
  const waiting = new Map<string, Half>();
  for (const row of z.array(storedHalf).parse(rows)) waiting.set(keyOf(row), toHalf(row));
  const whole: WholeSession[] = [];
  const unnamedLogins: Half[] = [];
  for (const half of halves) {
    const other = waiting.get(keyOf(half)) ?? null;
    // An ID after the login whose login is not waiting: it was joined already, and nothing says at which server.
    if (other === null && half.server === words.unknownServer) continue;
    const joined = other === null ? half : join(other, half, words);
    const isNamed = joined.client !== words.unnamedClient;
    if (joined.account !== null && isNamed) {
      const hadLogin = other !== null && other.account !== null;
      whole.push({
        session: joined,
        account: joined.account,
        counts: half.isLogin ? 'login' : hadLogin ? 'name' : 'nothing',
      });
      waiting.delete(keyOf(half));
      continue;
    }
    if (half.isLogin) unnamedLogins.push(half);
    waiting.set(keyOf(half), joined);
  }
  await keepHalves(tx, [...waiting.values()]);
  return { whole, unnamedLogins };
}

/** Takes halves that have waited since before `before`. */
export async function takeOldHalves(tx: PoolClient, before: Date): Promise<readonly Half[]> {
  const { rows } = await tx.query<unknown[]>(takeOld, [before]);
  return z.array(storedHalf).parse(rows).map(toHalf);
}

async function keepHalves(tx: PoolClient, halves: readonly Half[]): Promise<void> {
  if (halves.length === 0) return;
  await tx.query({
    name: 'census-keep-halves',
    text: keep,
    values: [
      halves.map(({ source }) => source),
      halves.map(({ session }) => session),
      halves.map(({ server }) => server),
      halves.map(({ client }) => client),
      halves.map(({ latched }) => latched),
      halves.map(({ supported }) => supported),
      halves.map(({ tls }) => tls),
      halves.map(({ speaksDeep }) => speaksDeep),
      halves.map(({ account }) => account),
      halves.map(({ at }) => new Date(at)),
    ],
  });
}

function keyOf({ source, session }: Pick<Half, 'source' | 'session'>): string {
  return `${String(source)} ${session}`;
}

/** What is known of a session after a second half: each fact from the half that has it, the later one where both do. */
function join(first: Half, second: Half, { unknownServer, unnamedClient, unknownTls }: JoinWords): Half {
  const named = second.client === unnamedClient ? first : second;
  return {
    ...second,
    server: second.server === unknownServer ? first.server : second.server,
    client: named.client,
    latched: named.latched,
    supported: named.supported,
    speaksDeep: named.speaksDeep,
    tls: second.tls === unknownTls ? first.tls : second.tls,
    account: second.account ?? first.account,
    at: Math.max(first.at, second.at),
    isLogin: first.isLogin || second.isLogin,
  };
}
