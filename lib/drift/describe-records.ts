import { z } from 'zod';
import { showText } from '../checks/wording.ts';
import { canonicalJson } from '../model/span.ts';
import { compareSets, genericDifference, isRecord } from './generic-difference.ts';

/* What DNS says, as it is stored, and its differences in words. */

const lookup = z.looseObject({
  rcode: z.string(),
  records: z.array(z.unknown()),
  aliases: z.array(z.string()).optional(),
  dnssec: z.string(),
});
const failed = z.looseObject({ stage: z.string(), reason: z.string() });
const seenLookup = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), facts: lookup }),
  z.object({ ok: z.literal(false), failure: failed }),
]);
const addresses = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    facts: z.looseObject({ list: z.array(z.string()), lookups: z.array(lookup.extend({ type: z.string() })) }),
  }),
  z.object({ ok: z.literal(false), failure: failed }),
]);
const tlsa = z.looseObject({ lookup: seenLookup });
const owned = z.looseObject({ owner: z.string(), lookup: seenLookup });
const discovery = z.looseObject({
  srv: z.array(owned),
  mx: seenLookup,
  mxTlsa: z.array(owned),
  hosts: z.array(z.looseObject({ host: z.string(), addresses: z.unknown() })),
});

interface Stored {
  readonly before: unknown;
  readonly after: unknown;
}

/** Differences of the addresses of a host; null where they are not of this version. */
export function describeAddresses(stored: Stored): readonly string[] | null {
  const [before, after] = [addresses.safeParse(stored.before), addresses.safeParse(stored.after)];
  if (!before.success || !after.success) return null;
  const [old, now] = [before.data, after.data];
  if (!old.ok || !now.ok) return describeAnswered('addresses', old, now);
  const { added, gone } = compareSets(old.facts.list, now.facts.list);
  const states = now.facts.lookups.flatMap((item) => {
    const same = old.facts.lookups.find(({ type }) => type === item.type);
    return same === undefined || same.dnssec === item.dnssec
      ? []
      : [`DNSSEC of the ${item.type} records: ${same.dnssec} → ${item.dnssec}`];
  });
  return [...gone.map((item) => `address ${item} gone`), ...added.map((item) => `address ${item} new`), ...states];
}

/** Differences of the TLSA records of an endpoint. */
export function describeTlsa(stored: Stored): readonly string[] | null {
  const [before, after] = [tlsa.safeParse(stored.before), tlsa.safeParse(stored.after)];
  if (!before.success || !after.success) return null;
  return describeLookups('TLSA', before.data.lookup, after.data.lookup);
}

/** Differences of what a domain's records say of its mail. */
export function describeDiscovery(stored: Stored): readonly string[] | null {
  const [before, after] = [discovery.safeParse(stored.before), discovery.safeParse(stored.after)];
  if (!before.success || !after.success) return null;
  const [old, now] = [before.data, after.data];
  const pairs = (list: 'srv' | 'mxTlsa', type: string) =>
    now[list].flatMap((item) => {
      const same = old[list].find(({ owner }) => owner === item.owner);
      return same === undefined ? [] : describeLookups(`${item.owner} ${type}`, same.lookup, item.lookup);
    });
  const hosts = now.hosts.flatMap((item) => {
    const same = old.hosts.find(({ host }) => host === item.host);
    return same === undefined
      ? []
      : genericDifference(same.addresses, item.addresses).map((line) => `${item.host}: ${line.replace('facts: ', '')}`);
  });
  const known = ['srv', 'mx', 'mxTlsa', 'hosts', 'endpoints'];
  const rest = (facts: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(facts).filter(([key]) => !known.includes(key)));
  // A part that an older version did not look at has not changed.
  const restNow = Object.fromEntries(Object.entries(rest(now)).filter(([key]) => key in old));
  return [
    ...pairs('srv', 'SRV'),
    ...describeLookups('MX', old.mx, now.mx),
    ...pairs('mxTlsa', 'TLSA'),
    ...hosts,
    ...genericDifference(rest(old), { ...rest(old), ...restNow }),
  ];
}

type SeenLookup = z.infer<typeof seenLookup>;

function describeLookups(what: string, before: SeenLookup, after: SeenLookup): readonly string[] {
  if (!before.ok || !after.ok) return describeAnswered(what, before, after);
  const show = (records: readonly unknown[]) => records.map(showRecord);
  const [old, now] = [before.facts, after.facts];
  const { added, gone } = compareSets(show(old.records), show(now.records));
  const [was, is] = [gone[0], added[0]];
  const records =
    gone.length === 1 && added.length === 1 && was !== undefined && is !== undefined
      ? [`${what} record ${was} → ${is}`]
      : [...gone.map((item) => `${what} record ${item} gone`), ...added.map((item) => `${what} record ${item} added`)];
  return [
    ...records,
    ...(old.dnssec === now.dnssec ? [] : [`DNSSEC of ${what}: ${old.dnssec} → ${now.dnssec}`]),
    ...(old.rcode === now.rcode ? [] : [`${what}: ${old.rcode} → ${now.rcode}`]),
  ];
}

interface Answered {
  readonly ok: boolean;
  readonly failure?: z.infer<typeof failed>;
}

/** One of the two was not answered: records that were not seen have not gone. */
function describeAnswered(what: string, before: Answered, after: Answered): readonly string[] {
  const words = ({ failure: said }: Answered) => (said === undefined ? '' : said.reason);
  if (words(before) === words(after)) return [];
  if (after.ok) return [`${what}: answered again (before: ${words(before)})`];
  return [`${what}: not answered: ${words(after)}`];
}

/** Fields of a record in the order of its text form, as far as they are known. */
function showRecord(record: unknown): string {
  if (typeof record === 'string') return showText(record, 80);
  if (!isRecord(record)) return showText(canonicalJson(record), 80);
  const order = ['priority', 'weight', 'port', 'target', 'preference', 'exchange', 'usage', 'selector', 'matchingType'];
  const fields = [
    ...order.filter((key) => key in record),
    ...Object.keys(record).filter((key) => !order.includes(key)),
  ];
  return showText(fields.map((key) => String(record[key])).join(' '), 80);
}
