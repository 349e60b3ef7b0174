import { followAliases } from '#lib/dns/alias-chain.ts';
import { explainRcode } from '#lib/dns/extended-error-text.ts';
import type { Rdata } from '#lib/dns/message.ts';
import { parseName, type Name } from '#lib/dns/name.ts';
import { parseA } from '#lib/dns/rdata/a.ts';
import { parseAaaa } from '#lib/dns/rdata/aaaa.ts';
import { parseMx } from '#lib/dns/rdata/mx.ts';
import { parseSrv } from '#lib/dns/rdata/srv.ts';
import { parseTlsa } from '#lib/dns/rdata/tlsa.ts';
import { parseTxt } from '#lib/dns/rdata/txt.ts';
import { rcodeName, rcodes, recordTypes } from '#lib/dns/types.ts';
import { notValidated } from '#lib/model/dnssec.ts';
import type { DnsLookup, FailureReason, Seen } from '#lib/model/observation.ts';
import { ok, type Result } from '#lib/model/result.ts';
import type { Query, RecordData } from '#workers/ports.ts';
import { createTransport, type Answer, type Ask, type TransportOptions } from './transport.ts';

/** More records of one name and type than this are refused whole: judging a part of them would be a guess. */
const maxRecords = 64;

/** The `Query` of the ports, over configured recursive resolvers. Equal questions in flight share one exchange. */
export function createQuery(options: TransportOptions): Query {
  const ask = coalesce(createTransport(options));
  return async (text, type) => {
    const name = parseName(text);
    if (!name.ok) return failed('dns', `"${text.slice(0, 255)}" cannot be asked for: ${name.error}`);
    const question = { name: name.value, type: recordTypes[type] };
    const answer = await ask(question);
    return answer.ok ? readLookup(answer.facts, { ...question, read: readers[type], typeText: type }) : answer;
  };
}

interface Reading<R> {
  readonly name: Name;
  readonly type: number;
  readonly typeText: string;
  readonly read: (rdata: Rdata) => Result<R>;
}

/** Turns an answer into a lookup; an rcode other than NOERROR and NXDOMAIN is a failure. */
function readLookup<R>({ message, server }: Answer, { name, type, typeText, read }: Reading<R>): Seen<DnsLookup<R>> {
  if (message.rcode === rcodes.SERVFAIL) return failed('temporary', `${server} said ${explainRcode(message)}`);
  if (message.rcode !== rcodes.NOERROR && message.rcode !== rcodes.NXDOMAIN) {
    return failed('dns', `${server} said ${explainRcode(message)}`);
  }
  const chain = followAliases(message, { name, type });
  if (!chain.ok) return failed('dns', chain.error);
  const { hops, aliases, records } = chain.value;
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
      rcode: rcodeName(message.rcode),
      records: readable,
      ttlSeconds: ttls.length === 0 ? null : Math.min(...ttls),
      aliases: aliases.map(hostText),
      ad: message.authenticData,
      signaturesPresent: [...message.answer, ...message.authority].some((record) => record.type === recordTypes.RRSIG),
      dnssec: notValidated,
      server,
      wire: Buffer.from(message.wire).toString('base64'),
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
    return mx.ok ? ok({ preference: mx.value.preference, exchange: hostText(mx.value.exchange) }) : mx;
  },
  SRV: (rdata) => {
    const srv = parseSrv(rdata);
    return srv.ok ? ok({ ...srv.value, target: hostText(srv.value.target) }) : srv;
  },
};

/** A name as endpoints hold it: lower case, no final dot, `.` for the root. */
function hostText(name: Name): string {
  return name.toString().toLowerCase();
}

/** Questions that are on their way already are not sent twice. */
function coalesce(ask: Ask): Ask {
  const inFlight = new Map<string, ReturnType<Ask>>();
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

function failed(reason: FailureReason, said: string): Seen<never> {
  return { ok: false, failure: { stage: 'resolve', reason, said: said.slice(0, 512) } };
}
