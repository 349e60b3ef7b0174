import { createHash } from 'node:crypto';
import { pseudonymOf, type PseudonymKeys } from '#lib/census/pseudonym.ts';
import type { Service } from '#lib/model/endpoint.ts';
import type { Report } from '#lib/model/report.ts';
import { Counters } from './counters.ts';
import { dayOf } from './day.ts';
import { classKey, clientKey, serverKey, tagSetKey, tlsKey, type Dictionaries, type Dictionary } from './dictionary.ts';
import type { Holder, RenamedAccount } from './holder.ts';

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

/** A sender may name sessions after who has them: only a hash of the name is kept, which joins as well. */
function sessionKey(session: string): string {
  return createHash('sha256').update(session).digest('base64url').slice(0, 22);
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
  /** Accounts of halves that have a pseudonym under the key before: a half waits without it. */
  readonly renamed: readonly RenamedAccount[];
  readonly counters: Counters;
}

/** Where our own probes come from. */
export interface OwnAddresses {
  readonly has: (address: string) => boolean;
  /** Asks again, unless that was done a moment ago: a worker may have started since. */
  readonly refresh: () => Promise<void>;
}

/** As our probes name themselves (RFC 2971). The name alone exempts nobody: anyone can say it. */
const ownClientName = 'latchwatch';
const otherClient = clientKey('other', '');

/** What the dictionaries make of the words of a report. */
interface Numbers {
  readonly client: number;
  readonly server: number;
  readonly latched: number;
  readonly supported: number;
  readonly tls: number;
  readonly class: number;
}

/** `overflowed`: some of its words stand for all that a dictionary did not admit any more. */
interface Found extends Numbers {
  readonly overflowed: boolean;
}

/** Reports that are alike in all words, by those words: nearly every report has been seen before. */
export class KnownWords {
  readonly #numbers = new Map<string, Found>();

  get(key: string): Found | undefined {
    return this.#numbers.get(key);
  }

  set(key: string, numbers: Found): void {
    if (this.#numbers.size >= maxKnownWords) this.#numbers.clear();
    this.#numbers.set(key, numbers);
  }
}

const maxKnownWords = 50_000;

/** What reports are turned into rows with. */
export interface PrepareTools {
  readonly dictionaries: Dictionaries;
  readonly known: KnownWords;
  readonly keys: PseudonymKeys;
  readonly own: OwnAddresses;
  readonly now: number;
}

/** Turns reports into rows. Adds to the dictionaries what they do not have yet; writes nothing else. */
export async function prepareReports(
  batches: readonly ReportBatch[],
  tools: PrepareTools,
): Promise<readonly PreparedBatch[]> {
  const unknown = batches.some(({ reports }) => reports.some((one) => saysOurName(one) && !isOwn(one, tools.own)));
  if (unknown) await tools.own.refresh();
  const numbers = await resolveWords(
    batches.flatMap(({ reports }) => reports.map(readWords)),
    tools,
  );
  let place = 0;
  return batches.map((batch) => {
    const counters = new Counters(batch.source);
    const holders: Holder[] = [];
    const halves: Half[] = [];
    const renamed: RenamedAccount[] = [];
    for (const report of batch.reports) {
      const found = numbers[place];
      place += 1;
      if (isOwn(report, tools.own)) {
        counters.own += 1;
        continue;
      }
      if (found === undefined) {
        counters.overflowed += 1;
        continue;
      }
      if (found.overflowed) counters.overflowed += 1;
      counters.accepted += 1;
      counters.countFailures(report, found);
      counters.countProxy(report, found.server);
      const { current, previous } = pseudonyms(report, tools.keys);
      const speaksDeep = report.latches !== null;
      const { server, client } = found;
      const { source } = batch;
      const at = report.observedAt;
      const isLogin = current !== null && report.isLogin;
      if (report.session !== null && hasHalves(report.service) && !(isLogin && report.client !== null)) {
        const { latched, supported, tls } = found;
        const words = { server, client, latched, supported, tls };
        const session = sessionKey(report.session);
        halves.push({ source, session, ...words, speaksDeep, account: current, at, isLogin });
        if (current !== null && previous !== null) renamed.push({ account: current, previous });
        continue;
      }
      if (isLogin) {
        counters.countLogin(server, { observedAt: at, named: report.client !== null, spoke: speaksDeep });
      }
      if (current === null) {
        counters.countAnonymous(found.class, at);
        continue;
      }
      const day = dayOf(at);
      const seen = { firstDay: day, lastDay: day };
      holders.push({ account: current, previous, server, client, class: found.class, speaksDeep, ...seen, at, source });
    }
    return { batch, holders, halves, renamed, counters };
  });
}

/**
 * Numbers for words, in their order. What a dictionary no longer admits today is counted under a word for all, or has no
 * numbers.
 */
async function resolveWords(
  words: readonly Words[],
  { dictionaries, known, now }: PrepareTools,
): Promise<readonly (Found | undefined)[]> {
  const found = words.map(({ key }) => known.get(key));
  const strange = new Map<string, Words>();
  words.forEach((one, index) => {
    if (found[index] === undefined) strange.set(one.key, one);
  });
  if (strange.size === 0) return found;
  const items = [...strange.values()];
  const resolve = (dictionary: Dictionary, keys: readonly string[]) => dictionary.resolve(keys, now);
  const [clients, servers, tagSets, suites] = await Promise.all([
    resolve(dictionaries.clients, [otherClient, ...items.map(({ client }) => client)]),
    resolve(
      dictionaries.servers,
      items.map(({ server }) => server),
    ),
    resolve(dictionaries.tagSets, [noTags, ...items.flatMap(({ latched, supported }) => [latched, supported])]),
    resolve(dictionaries.tls, [noTls, ...items.map(({ tls }) => tls)]),
  ]);
  const numbered = items.flatMap((item) => {
    const client = clients.get(item.client) ?? clients.get(otherClient);
    const server = servers.get(item.server);
    const latched = tagSets.get(item.latched) ?? tagSets.get(noTags);
    const supported = tagSets.get(item.supported) ?? tagSets.get(noTags);
    const tls = suites.get(item.tls) ?? suites.get(noTls);
    if (client === undefined || server === undefined || latched === undefined) return [];
    if (supported === undefined || tls === undefined) return [];
    const overflowed =
      !clients.has(item.client) || !tagSets.has(item.latched) || !tagSets.has(item.supported) || !suites.has(item.tls);
    const key = classKey([client, server, latched, supported, tls], item.speaksDeep);
    return [{ item, key, overflowed, numbers: { client, server, latched, supported, tls } }];
  });
  const classes = await resolve(
    dictionaries.classes,
    numbered.map(({ key }) => key),
  );
  const resolved = new Map<string, Found>();
  for (const { item, key, overflowed, numbers } of numbered) {
    const number = classes.get(key);
    if (number === undefined) continue;
    const whole = { ...numbers, class: number, overflowed };
    if (!overflowed) known.set(item.key, whole);
    resolved.set(item.key, whole);
  }
  return found.map((one, index) => one ?? resolved.get(words[index]?.key ?? ''));
}

/** Whether clients name themselves apart from the login: with IMAP's ID and with SMTP's CLIENT. */
function hasHalves(service: Service): boolean {
  return service === 'imap' || service === 'submission' || service === 'smtp';
}

const noTags = tagSetKey([]);
const noTls = tlsKey('', '');

interface Words {
  /** All of them together. */
  readonly key: string;
  readonly client: string;
  readonly server: string;
  readonly latched: string;
  readonly supported: string;
  readonly tls: string;
  readonly speaksDeep: boolean;
}

function readWords({ client, server: { host, address }, service, latches, tls: session }: Report): Words {
  const name = clientKey(client?.name ?? '', client?.version ?? '');
  const server = serverKey({ host: host ?? '', address: host === null ? (address ?? '') : '', service });
  const latched = latches === null ? noTags : tagSetKey(latches.latched);
  const supported = latches === null ? noTags : tagSetKey(latches.supported);
  const tls = session === null ? noTls : tlsKey(session.version ?? '', session.cipher ?? '');
  const speaksDeep = latches !== null;
  const key = `${name}\n${server}\n${latched}\n${supported}\n${tls}\n${speaksDeep ? '1' : '0'}`;
  return { key, client: name, server, latched, supported, tls, speaksDeep };
}

function pseudonyms(
  { account }: Report,
  keys: PseudonymKeys,
): { readonly current: string | null; readonly previous: string | null } {
  switch (account.kind) {
    case 'none':
      return { current: null, previous: null };
    case 'pseudonym':
      return unlessSame(account.pseudonym, account.previous);
    case 'name':
      return unlessSame(
        pseudonymOf(keys.current, account.name),
        keys.previous === null ? null : pseudonymOf(keys.previous, account.name),
      );
  }
}

/** Rows that move to where they stand would give way to themselves, and be gone. */
function unlessSame(
  current: string,
  previous: string | null,
): { readonly current: string; readonly previous: string | null } {
  return { current, previous: previous === current ? null : previous };
}

function saysOurName({ client, account }: Report): boolean {
  return account.kind === 'none' && client?.name.toLowerCase() === ownClientName;
}

function isOwn(report: Report, own: OwnAddresses): boolean {
  return saysOurName(report) && report.clientAddress !== null && own.has(report.clientAddress);
}
