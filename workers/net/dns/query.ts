import type { Rdata } from '#lib/dns/message.ts';
import { parseName, type Name } from '#lib/dns/name.ts';
import { parseA } from '#lib/dns/rdata/a.ts';
import { parseAaaa } from '#lib/dns/rdata/aaaa.ts';
import { parseMx } from '#lib/dns/rdata/mx.ts';
import { parseSrv } from '#lib/dns/rdata/srv.ts';
import { parseTlsa } from '#lib/dns/rdata/tlsa.ts';
import { parseTxt } from '#lib/dns/rdata/txt.ts';
import { showName } from '#lib/dns/show-name.ts';
import { recordTypes } from '#lib/dns/types.ts';
import type { DnsLookup, Seen } from '#lib/model/observation.ts';
import { ok, type Result } from '#lib/model/result.ts';
import type { Query, RecordData } from '#workers/ports.ts';
import { failed, type LookedUp, type LookUp } from './lookup.ts';

/** More records of one name and type than this are refused whole: judging a part of them would be a guess. */
const maxRecords = 64;

/** The `Query` of the ports. Equal questions in flight share one lookup. */
export function createQuery(lookUp: LookUp): Query {
  const ask = coalesce(lookUp);
  return async (text, type) => {
    const name = parseName(text);
    if (!name.ok) return failed('dns', `"${text.slice(0, 255)}" cannot be asked for: ${name.error}`);
    const question = { name: name.value, type: recordTypes[type] };
    const found = await ask(question);
    return found.ok ? readLookup(found.facts, { name: name.value, read: readers[type], typeText: type }) : found;
  };
}

interface Reading<R> {
  readonly name: Name;
  readonly typeText: string;
  readonly read: (rdata: Rdata) => Result<R>;
}

/** Turns an answer into a lookup. */
function readLookup<R>(found: LookedUp, { name, typeText, read }: Reading<R>): Seen<DnsLookup<R>> {
  const { message, rcode, server, records, hops, aliases, dnssec, zone } = found;
  if (records.length > maxRecords) return failed('limit', `${records.length} records; the limit is ${maxRecords}`);
  const parsed = records.map((record) => read(record.rdata));
  const unreadable = [
    ...parsed.flatMap((result) => (result.ok ? [] : [result.error])),
    ...message.malformed.filter(({ section }) => section === 'answer').map(({ why }) => why),
  ];
  const readable = parsed.flatMap((result) => (result.ok ? [result.value] : []));
  if (readable.length === 0 && unreadable.length > 0) {
    return failed('protocol', `${server} sent records that cannot be read: ${unreadable.join('; ')}`);
  }
  const ttls = [...hops, ...records].map((record) => record.ttlSeconds);
  return {
    ok: true,
    facts: {
      name: name.toString(),
      type: typeText,
      rcode,
      records: readable,
      ttlSeconds: ttls.length === 0 ? null : Math.min(...ttls),
      aliases,
      ad: message.authenticData,
      signaturesPresent: [...message.answer, ...message.authority].some((record) => record.type === recordTypes.RRSIG),
      dnssec,
      server,
      wire: Buffer.from(message.wire).toString('base64'),
      ...(zone === null ? {} : { zone }),
      ...(unreadable.length === 0 ? {} : { unreadable }),
    },
  };
}

type Readers = { readonly [T in keyof RecordData]: (rdata: Rdata) => Result<RecordData[T]> };

const readers: Readers = {
  A: parseA,
  AAAA: parseAaaa,
  TLSA: parseTlsa,
  TXT: parseTxt,
  MX: (rdata) => {
    const mx = parseMx(rdata);
    return mx.ok ? ok({ preference: mx.value.preference, exchange: showName(mx.value.exchange) }) : mx;
  },
  SRV: (rdata) => {
    const srv = parseSrv(rdata);
    return srv.ok ? ok({ ...srv.value, target: showName(srv.value.target) }) : srv;
  },
};

/** Questions that are on their way already are not sent twice. */
function coalesce(ask: LookUp): LookUp {
  const inFlight = new Map<string, ReturnType<LookUp>>();
  return async (question) => {
    // Letter case is part of the key: the lookup repeats the name as it was asked for.
    const key = `${question.type} ${question.name.toString()}`;
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const exchange = ask(question).finally(() => inFlight.delete(key));
    inFlight.set(key, exchange);
    return exchange;
  };
}
