import pg, { type PoolClient } from 'pg';
import { z } from 'zod';
import type { PseudonymKeys } from '#lib/census/pseudonym.ts';
import { Counters } from './counters.ts';
import { classKey, clientKey, openDictionaries, serverKey, tlsKey } from './dictionary.ts';
import { mergeHolders, type Holder } from './holder.ts';
import { joinHalves, takeOldHalves, type JoinWords, type WholeSession } from './join-halves.ts';
import { dayOf } from './day.ts';
import {
  KnownWords,
  prepareReports,
  type Half,
  type OwnAddresses,
  type PreparedBatch,
  type RejectedLine,
  type ReportBatch,
} from './prepare-reports.ts';
import { keepDocument, type KeepOutcome, type KeptDocument } from './tls-reports.ts';
import { underCensusLock } from './under-lock.ts';
import { writeCounters } from './write-counters.ts';
import { findChangedHolders, findUnmovedAccounts, moveAccounts, writeHolders } from './write-holders.ts';

/** What became of a batch, once it is safe on disk. */
export interface BatchAnswer {
  readonly accepted: number;
  /** Reports of a batch that had been taken before: they count once. */
  readonly duplicate: number;
  readonly rejected: readonly RejectedLine[];
  /** The source has been revoked in the meantime: nothing was taken. */
  readonly revoked: boolean;
}

/** The census as ingest writes it. */
export interface CensusStore {
  /**
   * Takes batches, in one transaction. Resolves once they are safe on disk, with an answer for each; rejects when none
   * of them was taken.
   */
  readonly commit: (batches: readonly ReportBatch[]) => Promise<readonly BatchAnswer[]>;
  /** Every minute: halves that waited too long are counted as they are, and the cube takes its changes in. */
  readonly tidy: () => Promise<void>;
  /** Takes a document of another provider. Resolves once it is safe on disk; rejects when it was not taken. */
  readonly keepDocument: (given: {
    readonly source: number;
    readonly body: Buffer;
    readonly document: KeptDocument;
  }) => Promise<KeepOutcome>;
  readonly close: () => Promise<void>;
}

/** How long half a session waits for the other half. */
const halfWaitsMs = 10 * 60 * 1000;
/** How long a batch is known by its name. */
const batchKeptDays = 7;
const samplesKeptDays = 1;
/** Rejected lines that an answer lists. */
const listedRejects = 1_000;

const takeBatches = `INSERT INTO report_batch (source, batch, at, answer)
  SELECT s, b, now(), a FROM unnest($1::smallint[], $2::text[], $3::jsonb[]) AS t(s, b, a) ORDER BY s, b
  ON CONFLICT DO NOTHING RETURNING source, batch`;
const batchRow = z.object({ source: z.number(), batch: z.string() });

const liveSources = `SELECT number FROM report_source WHERE number = ANY ($1::smallint[]) AND revoked_at IS NULL`;

const fold = `WITH taken AS (DELETE FROM census_delta RETURNING class, week, change),
  sums AS (SELECT class, week, sum(change) AS change FROM taken GROUP BY class, week HAVING sum(change) <> 0)
  INSERT INTO census_cube AS c (class, week, holders) SELECT class, week, change FROM sums
  ON CONFLICT (class, week) DO UPDATE SET holders = c.holders + EXCLUDED.holders`;
const emptyCells = 'DELETE FROM census_cube WHERE holders = 0';
const oldBatches = `DELETE FROM report_batch WHERE at < now() - interval '${String(batchKeptDays)} days'`;
const oldSamples = `DELETE FROM rejected_report WHERE at < now() - interval '${String(samplesKeptDays)} days'`;

/** Opens the census over a database. Nothing connects before the first batch. */
export function openCensusStore(options: {
  readonly databaseUrl: string;
  readonly keys: PseudonymKeys;
  readonly own: OwnAddresses;
  readonly now: () => number;
}): CensusStore {
  const { databaseUrl, keys, own, now } = options;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // A connection that dies, in use or not: the query that runs on it fails, and the next one opens another.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const dictionaries = openDictionaries(pool);
  const known = new KnownWords();

  async function joinWords(): Promise<JoinWords> {
    const [servers, clients, tls] = await Promise.all([
      dictionaries.servers.resolve([unknownServer], now()),
      dictionaries.clients.resolve([clientKey('', '')], now()),
      dictionaries.tls.resolve([tlsKey('', '')], now()),
    ]);
    return {
      unknownServer: servers.get(unknownServer) ?? 0,
      unnamedClient: clients.get(clientKey('', '')) ?? 0,
      unknownTls: tls.get(tlsKey('', '')) ?? 0,
    };
  }

  /** Classes of sessions, in their order; undefined where the dictionary had its fill. */
  async function classesOf(halves: readonly Half[]): Promise<readonly (number | undefined)[]> {
    const keyOf = (half: Half): string =>
      classKey([half.client, half.server, half.latched, half.supported, half.tls], half.speaksDeep);
    const classes = await dictionaries.classes.resolve(halves.map(keyOf), now());
    return halves.map((half) => classes.get(keyOf(half)));
  }

  /** Joined sessions as holders; what they add to the logins goes to `counters`. */
  async function settle(
    whole: readonly WholeSession[],
    countersOf: (source: number) => Counters,
  ): Promise<readonly Holder[]> {
    const classes = await classesOf(whole.map(({ session }) => session));
    return whole.flatMap(({ session, account, counts }, index): readonly Holder[] => {
      const counters = countersOf(session.source);
      const login = { observedAt: session.at, named: true, spoke: session.speaksDeep };
      if (counts === 'login') counters.countLogin(session.server, login);
      if (counts === 'name') counters.countNamed(session.server, login);
      const holder = holderOf(session, account, classes[index]);
      if (holder === null) counters.overflowed += 1;
      return holder === null ? [] : [holder];
    });
  }

  async function commit(batches: readonly ReportBatch[]): Promise<readonly BatchAnswer[]> {
    const prepared = await prepareReports(batches, { dictionaries, known, keys, own, now: now() });
    const words = prepared.some(({ halves }) => halves.length > 0) ? await joinWords() : null;
    const holders = mergeHolders(prepared.flatMap((one) => one.holders));
    const changed = await findChangedHolders(pool, holders);
    const unmoved = await findUnmovedAccounts(
      pool,
      prepared.flatMap(({ renamed }) => renamed),
    );
    return underCensusLock(pool, async (tx) => {
      const live = await findLiveSources(tx, batches);
      const open = prepared.filter(({ batch }) => live.has(batch.source));
      const { rows } = await tx.query<unknown[]>({
        name: 'census-batches',
        text: takeBatches,
        values: [
          open.map(({ batch }) => batch.source),
          open.map(({ batch }) => batch.batchId),
          open.map(({ batch }) => JSON.stringify({ accepted: batch.reports.length, rejected: batch.rejected.length })),
        ],
      });
      const taken = new Set(
        z
          .array(batchRow)
          .parse(rows)
          .map(({ source, batch }) => `${String(source)} ${batch}`),
      );
      // The same batch twice in one go: the first is the one that counts.
      const isFresh = ({ batch }: PreparedBatch): boolean => taken.delete(`${String(batch.source)} ${batch.batchId}`);
      const fresh = open.filter(isFresh);
      const countersOf = (source: number): Counters => {
        const found = fresh.find(({ batch }) => batch.source === source);
        return found?.counters ?? new Counters(source);
      };
      let joined: readonly Holder[] = [];
      if (words !== null) {
        const { whole, unnamedLogins } = await joinHalves(tx, { halves: fresh.flatMap(({ halves }) => halves), words });
        joined = await settle(whole, countersOf);
        for (const { source, server, at } of unnamedLogins) {
          countersOf(source).countLogin(server, { observedAt: at, named: false, spoke: false });
        }
      }
      await moveAccounts(
        tx,
        open.flatMap(({ renamed }) => renamed.filter(({ previous }) => unmoved.has(previous))),
      );
      const written = changed.filter(({ source }) => live.has(source));
      await writeHolders(tx, mergeHolders([...written, ...joined]));
      if (fresh.length > 0) {
        await writeCounters(
          tx,
          fresh.map(({ batch, counters }) => ({ counters, rejected: batch.rejected })),
        );
      }
      return prepared.map((one): BatchAnswer => {
        const { reports, rejected } = one.batch;
        const revoked = !open.includes(one);
        const isDuplicate = !revoked && !fresh.includes(one);
        return {
          revoked,
          accepted: isDuplicate || revoked ? 0 : reports.length,
          duplicate: isDuplicate ? reports.length : 0,
          rejected: rejected.slice(0, listedRejects),
        };
      });
    });
  }

  async function tidy(): Promise<void> {
    await underCensusLock(pool, async (tx) => {
      const old = await takeOldHalves(tx, new Date(now() - halfWaitsMs));
      const classes = await classesOf(old);
      const counters = new Map<number, Counters>();
      const holders = old.flatMap((half, index): readonly Holder[] => {
        const number = classes[index];
        const known = counters.get(half.source) ?? new Counters(half.source);
        counters.set(half.source, known);
        if (number === undefined) known.overflowed += 1;
        else if (half.account === null) known.countAnonymous(number, half.at);
        const holder = half.account === null ? null : holderOf(half, half.account, number);
        return holder === null ? [] : [holder];
      });
      await writeHolders(tx, mergeHolders(holders));
      const counted = [...counters.values()].map((one) => ({ counters: one, rejected: [] }));
      if (counted.length > 0) await writeCounters(tx, counted);
      await tx.query(fold);
      await tx.query(emptyCells);
      await tx.query(oldBatches);
      await tx.query(oldSamples);
    });
  }

  return {
    commit,
    tidy,
    keepDocument: (given) => keepDocument(pool, given),
    close: () => pool.end(),
  };
}

/** Of an ID after the login: the line does not say where. */
const unknownServer = serverKey({ host: '', address: '', service: 'imap' });

async function findLiveSources(tx: PoolClient, batches: readonly ReportBatch[]): Promise<ReadonlySet<number>> {
  const { rows } = await tx.query<unknown[]>({
    name: 'census-live-sources',
    text: liveSources,
    values: [[...new Set(batches.map(({ source }) => source))]],
  });
  const found = z.array(z.object({ number: z.number() })).parse(rows);
  return new Set(found.map(({ number }) => number));
}

function holderOf(half: Half, account: string, number: number | undefined): Holder | null {
  if (number === undefined) return null;
  const { source, server, client, speaksDeep, at } = half;
  const day = dayOf(at);
  return {
    account,
    previous: null,
    server,
    client,
    class: number,
    speaksDeep,
    firstDay: day,
    lastDay: day,
    at,
    source,
  };
}
