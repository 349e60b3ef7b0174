import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '#lib/error-text.ts';
import { createLogReader } from '#lib/reports/log-reader.ts';
import type { Report } from '#lib/model/report.ts';
import { RecentMap } from '#lib/reports/recent-map.ts';
import type { Clock, Log } from '#workers/ports.ts';
import type { RejectedLine } from '#workers/store/census/prepare-reports.ts';
import type { ReportSource } from '#workers/store/census/report-sources.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { SourceBook } from './source-book.ts';

/** How a transport names its batches. */
export type BatchName =
  /** The transport sees to it that the same lines come under the same name again. */
  | { readonly kind: 'given'; readonly batchId: string }
  /** Its lines may come again in other batches: the name is made of the lines, and those known are left out. */
  | { readonly kind: 'of-lines' };

/** `stopped`: the signal came before the commit, and nothing was taken. */
export type Taken = 'taken' | 'stopped' | 'revoked';

/** Takes lines of logs of one source, in their order. */
export interface LogIntake {
  /** Resolves once all that the lines tell is safe on disk. Waits as long as the database or the source's quota makes it. */
  readonly take: (
    lines: readonly string[],
    options: { readonly name: BatchName; readonly signal: AbortSignal },
  ) => Promise<Taken>;
}

export interface IntakePorts {
  readonly queue: Pick<CommitQueue, 'add'>;
  readonly sources: Pick<SourceBook, 'spend'>;
  /** Names of batches of a source that were committed last. */
  readonly recentBatches: (source: number) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Lines in a batch whose name is made of them: the name has to fit into an index. */
export const maxNamedLines = 128;
const hashCharacters = 11;
const namePrefix = 'lines ';
const maxKnownLines = 65_536;
const retryDatabaseMs = 5_000;

interface SourceState {
  readonly read: ReturnType<typeof createLogReader>;
  /** Hashes of lines that are committed; null: the database was not asked yet. */
  known: RecentMap<true> | null;
  /** One batch after the other: what a dead connection still had under way is settled before it comes again. */
  last: Promise<unknown>;
}

/** Gives the intake of a source. What was said of connections is remembered by source, not by connection. */
export function createLogIntakes(ports: IntakePorts): (source: ReportSource) => LogIntake {
  const states = new Map<number, SourceState>();
  return (source) => {
    const [host = null] = source.hosts.length === 1 ? source.hosts : [];
    const state = states.get(source.number) ?? {
      read: createLogReader({ host }),
      known: null,
      last: Promise.resolve(),
    };
    states.set(source.number, state);
    return {
      take: (lines, options) => {
        const mine = state.last.then(() => takeLines(lines, { ...options, source, state, ports }));
        state.last = mine.catch(() => undefined);
        return mine;
      },
    };
  };
}

interface Work {
  readonly name: BatchName;
  readonly signal: AbortSignal;
  readonly source: ReportSource;
  readonly state: SourceState;
  readonly ports: IntakePorts;
}

async function takeLines(lines: readonly string[], work: Work): Promise<Taken> {
  const { name, signal, source, state, ports } = work;
  const known = name.kind === 'of-lines' ? await knownLines(work) : null;
  if (signal.aborted) return 'stopped';
  const reports: Report[] = [];
  const rejected: RejectedLine[] = [];
  const hashes: string[] = [];
  const now = ports.clock.now();
  const zoneOffsetMinutes = -new Date(now).getTimezoneOffset();
  lines.forEach((line, index) => {
    const hash = known === null ? null : hashLine(line);
    if (hash !== null && known?.get(hash) === true) return;
    const outcome = state.read(line, { now, zoneOffsetMinutes });
    if (outcome.kind === 'nothing') return;
    if (hash !== null) hashes.push(hash);
    if (outcome.kind === 'rejected') rejected.push({ index, pointer: outcome.pointer, detail: outcome.detail });
    else if (isForeign(outcome.report, source)) rejected.push({ index, ...foreignHost });
    else reports.push(outcome.report);
  });
  if (reports.length + rejected.length === 0) return 'taken';
  const batchId = name.kind === 'given' ? name.batchId : `${namePrefix}${hashes.join('')}`;
  const taken = await commit({ source: source.number, batchId, reports, rejected }, work);
  if (taken === 'taken') for (const hash of hashes) known?.set(hash, true);
  return taken;
}

/** Why a report of another host is refused. */
export const foreignHost = { pointer: '', detail: 'This source does not report of that host.' };

/** Whether a report is of a host that the source may not report of. */
export function isForeign({ server }: Report, { hosts }: Pick<ReportSource, 'hosts'>): boolean {
  return hosts.length > 0 && server.host !== null && !hosts.includes(server.host);
}

async function commit(
  batch: Parameters<CommitQueue['add']>[0],
  { signal, source, ports: { queue, sources, log } }: Work,
): Promise<Taken> {
  const size = batch.reports.length + batch.rejected.length;
  for (;;) {
    const waitSeconds = sources.spend(source, size);
    if (waitSeconds === 0) break;
    if (await isStopped(waitSeconds * 1000, signal)) return 'stopped';
  }
  for (;;) {
    const outcome = await queue.add(batch);
    if (outcome.ok) return outcome.answer.revoked ? 'revoked' : 'taken';
    const { why, retryAfterSeconds, error } = outcome.postponed;
    if (why === 'database') log.warn('lines of a log could not be written yet', { error: errorText(error) });
    if (await isStopped(retryAfterSeconds * 1000, signal)) return 'stopped';
  }
}

/** Waits; true when the signal came. */
async function isStopped(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  return signal.aborted;
}

/** After a restart the database says which lines were committed although their sender may not have heard of it. */
async function knownLines({ state, source, signal, ports }: Work): Promise<RecentMap<true>> {
  while (state.known === null) {
    try {
      const known = new RecentMap<true>(maxKnownLines);
      for (const name of await ports.recentBatches(source.number)) {
        for (const hash of linesOf(name)) known.set(hash, true);
      }
      state.known = known;
    } catch (error) {
      ports.log.warn('the batches of a source could not be read', { error: errorText(error) });
      if (await isStopped(retryDatabaseMs, signal)) return new RecentMap(0);
    }
  }
  return state.known;
}

function linesOf(name: string): readonly string[] {
  const hashes = name.startsWith(namePrefix) ? name.slice(namePrefix.length) : '';
  return Array.from({ length: Math.floor(hashes.length / hashCharacters) }, (_, index) =>
    hashes.slice(index * hashCharacters, (index + 1) * hashCharacters),
  );
}

/** 8 octets of SHA-256 in base64url. */
function hashLine(line: string): string {
  return createHash('sha256').update(line).digest().subarray(0, 8).toString('base64url');
}
