import { performance } from 'node:perf_hooks';
import type { DnsLookup, Seen } from '#lib/model/observation.ts';
import { addressOutcome, mxOutcome, srvOutcome, tlsaOutcome, txtOutcome } from '#lib/setup/lookup-step.ts';
import type { SetupGroup, SetupStep } from '#lib/setup/setup-step.ts';
import type { Query, RecordData } from '#workers/ports.ts';
import { inTime } from './zone-time.ts';

interface TellingQueryOptions {
  /** The mail domain: what is asked below it and named by no record is a guess. */
  readonly domain: string;
  readonly query: Query;
  readonly tell: (step: SetupStep) => void;
  /** `performance.now()` value: what is not answered by then counts as not answered. */
  readonly deadline: number;
}

/** What is known of a question: nothing yet, or its answer and how long that took. */
type Answer<R> = { readonly lookup: Seen<DnsLookup<R>>; readonly tookMs: number } | null;
type Tellers = { readonly [T in keyof RecordData]: (name: string, answer: Answer<RecordData[T]>) => void };

/** The same questions and answers, each of which is told once: when it is asked, and when its answer comes. */
export function tellingQuery({ domain, query, tell, deadline }: TellingQueryOptions): Query {
  const told = new Set<string>();
  const tellers = createTellers(domain, tell);
  return async <T extends keyof RecordData>(name: string, type: T) => {
    const ask = () =>
      inTime<Seen<DnsLookup<RecordData[T]>>>(deadline, {
        work: () => query(name, type),
        late: () => ({ ok: false, failure: { stage: 'resolve', reason: 'timeout' } }),
      });
    const key = `${type} ${name}`;
    if (told.has(key)) return ask();
    told.add(key);
    const teller: Tellers[T] = tellers[type];
    teller(name, null);
    const from = performance.now();
    const lookup = await ask();
    teller(name, { lookup, tookMs: performance.now() - from });
    return lookup;
  };
}

function createTellers(domain: string, tell: (step: SetupStep) => void): Tellers {
  const named = new Set([domain]);
  const line =
    <R>(
      { group, type }: { readonly group: SetupGroup; readonly type: string },
      outcome: (lookup: Seen<DnsLookup<R>>) => Pick<SetupStep, 'state' | 'text'>,
    ) =>
    (name: string, answer: Answer<R>): void => {
      const subject = `${name} ${type}`;
      const about = { key: `${type} ${name}`, group, subject, guess: false };
      tell(
        answer === null
          ? { ...about, state: 'asking', text: '', tookMs: null }
          : { ...about, ...outcome(answer.lookup), tookMs: answer.tookMs },
      );
    };
  const hosts = new Map<string, { readonly A: Answer<string>; readonly AAAA: Answer<string> }>();
  /** Both families of a host are one line. */
  const host =
    (type: 'A' | 'AAAA') =>
    (name: string, answer: Answer<string>): void => {
      const both = { A: null, AAAA: null, ...hosts.get(name), [type]: answer };
      const isNew = !hosts.has(name);
      hosts.set(name, both);
      if (answer === null && !isNew) return;
      const answers = [both.A, both.AAAA];
      const tookMs = answers.flatMap((one) => (one === null ? [] : [one.tookMs]));
      tell({
        key: `addresses ${name}`,
        group: 'hosts',
        subject: name,
        guess: name.endsWith(`.${domain}`) && !named.has(name),
        ...addressOutcome(answers.map((one) => one?.lookup ?? null)),
        tookMs: tookMs.length === 0 ? null : Math.max(...tookMs),
      });
    };
  const naming =
    <R>(teller: (name: string, answer: Answer<R>) => void, hostOf: (record: R) => string) =>
    (name: string, answer: Answer<R>): void => {
      if (answer?.lookup.ok === true)
        for (const record of answer.lookup.facts.records) named.add(hostOf(record).toLowerCase());
      teller(name, answer);
    };
  return {
    A: host('A'),
    AAAA: host('AAAA'),
    MX: naming(line({ group: 'records', type: 'MX' }, mxOutcome), ({ exchange }) => exchange),
    SRV: naming(line({ group: 'records', type: 'SRV' }, srvOutcome), ({ target }) => target),
    TLSA: line({ group: 'tlsa', type: 'TLSA' }, tlsaOutcome),
    TXT: line({ group: 'published', type: 'TXT' }, txtOutcome),
  };
}
