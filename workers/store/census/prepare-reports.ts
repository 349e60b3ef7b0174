import { pseudonymOf, type PseudonymKeys } from '#lib/census/pseudonym.ts';
import { networkOf } from '#lib/census/network.ts';
import type { Report } from '#lib/model/report.ts';
import { Counters } from './counters.ts';
import { classKey, clientKey, serverKey, tagSetKey, tlsKey, type Dictionaries } from './dictionary.ts';
import type { Holder } from './holder.ts';

/** What ingest hands over: reports of one source that are acknowledged together. */
export interface ReportBatch {
  readonly source: number;
  /** Named by the sender, or else made of the content: the same batch sent twice has the same. */
  readonly batchId: string;
  readonly reports: readonly Report[];
  readonly rejected: readonly RejectedLine[];
}

export interface RejectedLine {
  readonly index: number;
  /** JSON pointer (RFC 6901); '' for the whole line. */
  readonly pointer: string;
  readonly detail: string;
}

/** Half of a session: what a client told before its login, or a login without a client's name. */
export interface Half {
  readonly source: number;
  readonly session: string;
  readonly server: number;
  readonly client: number;
  readonly latched: number;
  readonly supported: number;
  readonly tls: number;
  readonly speaksDeep: boolean;
  readonly account: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether it is of the login itself, which counts once. */
  readonly isLogin: boolean;
}

/** A batch with words as numbers. */
export interface PreparedBatch {
  readonly batch: ReportBatch;
  readonly holders: readonly Holder[];
  readonly halves: readonly Half[];
  readonly counters: Counters;
}

/** Where our own probes come from. */
export type IsOwnAddress = (address: string) => boolean;

/** As our probes name themselves (RFC 2971). The name alone exempts nobody: anyone can say it. */
const ownClientName = 'latchwatch';
const otherClient = clientKey('other', '');

/** Turns reports into rows. Adds to the dictionaries what they do not have yet; writes nothing else. */
export async function prepareReports(
  batches: readonly ReportBatch[],
  tools: {
    readonly dictionaries: Dictionaries;
    readonly keys: PseudonymKeys;
    readonly isOwnAddress: IsOwnAddress;
    readonly now: number;
  },
): Promise<readonly PreparedBatch[]> {
  const { dictionaries, keys, isOwnAddress, now } = tools;
  const read = batches.map((batch) => ({ batch, items: batch.reports.map(readWords) }));
  const items = read.flatMap((one) => one.items);
  const [clients, servers, tagSets, tls] = await Promise.all([
    dictionaries.clients.resolve([otherClient, ...items.map(({ client }) => client)], now),
    dictionaries.servers.resolve(
      items.map(({ server }) => server),
      now,
    ),
    dictionaries.tagSets.resolve(
      items.flatMap(({ latched, supported }) => [latched, supported]),
      now,
    ),
    dictionaries.tls.resolve(
      items.map((item) => item.tls),
      now,
    ),
  ]);
  const numbered = read.map(({ batch, items: words }) => ({
    batch,
    rows: words.map((word) => {
      const client = clients.get(word.client) ?? clients.get(otherClient);
      const server = servers.get(word.server);
      const latched = tagSets.get(word.latched) ?? tagSets.get(noTags);
      const supported = tagSets.get(word.supported) ?? tagSets.get(noTags);
      const suite = tls.get(word.tls) ?? tls.get(noTls);
      const isWhole =
        client !== undefined &&
        server !== undefined &&
        latched !== undefined &&
        supported !== undefined &&
        suite !== undefined;
      if (!isWhole) return null;
      const overflowed = !clients.has(word.client) || !tagSets.has(word.latched) || !tls.has(word.tls);
      const key = classKey([client, server, latched, supported, suite], word.speaksDeep);
      return { client, server, latched, supported, tls: suite, key, overflowed };
    }),
  }));
  const classes = await dictionaries.classes.resolve(
    numbered.flatMap(({ rows }) => rows.flatMap((row) => (row === null ? [] : [row.key]))),
    now,
  );
  return numbered.map(({ batch, rows }) => {
    const counters = new Counters(batch.source);
    const holders: Holder[] = [];
    const halves: Half[] = [];
    batch.reports.forEach((report, index) => {
      const row = rows[index] ?? null;
      const classNumber = row === null ? undefined : classes.get(row.key);
      if (isOwn(report, isOwnAddress)) {
        counters.own += 1;
        return;
      }
      if (row === null || classNumber === undefined) {
        counters.overflowed += 1;
        return;
      }
      if (row.overflowed) counters.overflowed += 1;
      counters.accepted += 1;
      counters.countFailures(report, { ...row, network: networkOf(report.clientAddress) });
      counters.countProxy(report, row.server);
      const { current, previous } = pseudonyms(report, keys);
      const speaksDeep = report.latches !== null;
      const common = {
        source: batch.source,
        server: row.server,
        client: row.client,
        speaksDeep,
        at: report.observedAt,
      };
      const isLogin = current !== null && (report.session === null || report.tls !== null);
      // Only IMAP has a name before and apart from the login.
      if (report.service === 'imap' && report.session !== null && !(isLogin && report.client !== null)) {
        const { latched, supported, tls: suite } = row;
        halves.push({ ...common, session: report.session, latched, supported, tls: suite, account: current, isLogin });
        return;
      }
      if (isLogin) counters.countLogin(row.server, { ...report, named: report.client !== null, spoke: speaksDeep });
      if (current === null) {
        counters.countAnonymous(classNumber, report.observedAt);
        return;
      }
      const day = dayOf(report.observedAt);
      holders.push({ ...common, account: current, previous, class: classNumber, firstDay: day, lastDay: day });
    });
    return { batch, holders, halves, counters };
  });
}

const noTags = tagSetKey([]);
const noTls = tlsKey('', '');

interface Words {
  readonly client: string;
  readonly server: string;
  readonly latched: string;
  readonly supported: string;
  readonly tls: string;
  readonly speaksDeep: boolean;
}

function readWords({ client, server, service, latches, tls }: Report): Words {
  const { host, address } = server;
  return {
    client: clientKey(client?.name ?? '', client?.version ?? ''),
    server: serverKey({ host: host ?? '', address: host === null ? (address ?? '') : '', service }),
    latched: latches === null ? noTags : tagSetKey(latches.latched),
    supported: latches === null ? noTags : tagSetKey(latches.supported),
    tls: tls === null ? noTls : tlsKey(tls.version ?? '', tls.cipher ?? ''),
    speaksDeep: latches !== null,
  };
}

function pseudonyms(
  { account }: Report,
  keys: PseudonymKeys,
): { readonly current: string | null; readonly previous: string | null } {
  switch (account.kind) {
    case 'none':
      return { current: null, previous: null };
    case 'pseudonym':
      return { current: account.pseudonym, previous: account.previous };
    case 'name':
      return {
        current: pseudonymOf(keys.current, account.name),
        previous: keys.previous === null ? null : pseudonymOf(keys.previous, account.name),
      };
  }
}

function isOwn({ client, clientAddress, account }: Report, isOwnAddress: IsOwnAddress): boolean {
  return (
    account.kind === 'none' &&
    client?.name.toLowerCase() === ownClientName &&
    clientAddress !== null &&
    isOwnAddress(clientAddress)
  );
}

/** The day of a time, UTC, `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
