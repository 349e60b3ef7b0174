import type { Message } from '#lib/dns/message.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import { encodeEntry } from './encode-entry.ts';
import type { Entry, Range } from './scenario.ts';

type Transport = 'udp' | 'tcp';

/** The servers of a scenario, as far as its ranges let them speak. */
export interface RecordedServers {
  /** What the server at `address` answers while the step lasts; null where it stays silent. */
  readonly ask: (query: {
    readonly address: string;
    readonly step: number;
    readonly question: DnsQuestion;
  }) => Message | null;
  /** The answer of one server that knows what all of them know. */
  readonly askAny: (query: { readonly step: number; readonly question: DnsQuestion }) => Message | null;
}

export function createRecordedServers(ranges: readonly Range[]): RecordedServers {
  const answer = (find: (transport: Transport) => Entry | undefined, question: DnsQuestion): Message | null => {
    const entry = find('udp');
    if (entry === undefined) return null;
    const message = reply(entry, question);
    const overTcp = message.truncated ? find('tcp') : undefined;
    return overTcp === undefined ? message : reply(overTcp, question);
  };
  const spoken = (step: number): readonly Range[] => ranges.filter(({ from, to }) => from <= step && step <= to);
  return {
    ask: ({ address, step, question }) =>
      answer((transport) => {
        // Where two ranges of one address overlap, the one written last replaces the other.
        const own = spoken(step).filter(({ addresses }) => addresses.length === 0 || addresses.includes(address));
        return [...own].reverse().flatMap(({ entries }) => entries).find((entry) => fits(entry, question, transport)); // prettier-ignore
      }, question),
    askAny: ({ step, question }) =>
      answer((transport) => {
        const fitting = spoken(step).flatMap(({ entries }) => entries).filter((entry) => fits(entry, question, transport)); // prettier-ignore
        // Referrals of the servers higher up stand first in such files, so the last entry is the best informed.
        return fitting.findLast(isExact) ?? fitting.at(-1);
      }, question),
  };
}

/** Whether an entry is for this question: what MATCH does not name may be anything. */
function fits(entry: Entry, { name, type }: DnsQuestion, transport: Transport): boolean {
  const { match, question } = entry;
  const asks = (word: 'qname' | 'qtype'): boolean => match.has(word) || match.has('question') || match.has('all');
  if (match.has('noedns')) return false;
  if (match.has('udp') && transport !== 'udp') return false;
  if (match.has('tcp') && transport !== 'tcp') return false;
  if (question === null) return !asks('qname') && !asks('qtype') && !match.has('subdomain');
  if (asks('qtype') && question.type !== type) return false;
  if (asks('qname') && !question.name.equals(name)) return false;
  return !match.has('subdomain') || name.isSubdomainOf(question.name);
}

function isExact({ match }: Entry): boolean {
  return match.has('question') || match.has('all') || (match.has('qname') && match.has('qtype'));
}

function reply(entry: Entry, question: DnsQuestion): Message {
  return encodeEntry(entry, entry.adjust.has('copy_query') ? question : entry.question);
}
