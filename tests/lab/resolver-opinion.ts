import type { DnssecState } from '#lib/model/dnssec.ts';
import { bindResolver, dnsAddresses } from './addresses.ts';
import { runCommand } from './run-command.ts';

/** What a validating resolver makes of a question. */
export interface ResolverOpinion {
  readonly state: DnssecState;
  /** NOERROR, SERVFAIL ...; null where no answer came. */
  readonly rcode: string | null;
  /** What it gives as its reasons (RFC 8914), as dig prints them. Not stable: they change with what is in its cache. */
  readonly extendedErrors: readonly string[];
}

export const resolvers = {
  unbound: { address: dnsAddresses.resolver, port: 53 },
  bind: bindResolver,
} as const;
export type ResolverName = keyof typeof resolvers;

/** BIND gives up on a server that says nothing after 10 s. */
const patienceSeconds = 15;

/**
 * Asks with DO. AD means secure; an answer without it, insecure; SERVFAIL, bogus, where there is an answer as soon as
 * nobody validates (CD), and indeterminate, where there is none even then.
 */
export async function askResolver(
  resolver: ResolverName,
  question: { readonly name: string; readonly type: string },
): Promise<ResolverOpinion> {
  const opinion = await askOnce(resolver, question);
  // On a busy machine a resolver gives up before it has tried every server: then a second question finds the good one.
  return opinion.state === 'indeterminate' ? askOnce(resolver, question) : opinion;
}

async function askOnce(
  resolver: ResolverName,
  question: { readonly name: string; readonly type: string },
): Promise<ResolverOpinion> {
  const answer = await dig(resolver, question, []);
  if (answer === null) return { state: 'indeterminate', rcode: null, extendedErrors: [] };
  const { rcode, ad, extendedErrors } = answer;
  const opinion = (state: DnssecState): ResolverOpinion => ({ state, rcode, extendedErrors });
  if (isAnswer(rcode)) return opinion(ad ? 'secure' : 'insecure');
  const unchecked = await dig(resolver, question, ['+cdflag']);
  return opinion(unchecked !== null && isAnswer(unchecked.rcode) ? 'bogus' : 'indeterminate');
}

function isAnswer(rcode: string): boolean {
  return rcode === 'NOERROR' || rcode === 'NXDOMAIN';
}

interface DigAnswer {
  readonly rcode: string;
  readonly ad: boolean;
  readonly extendedErrors: readonly string[];
}

/** Null where no answer came. */
async function dig(
  resolver: ResolverName,
  question: { readonly name: string; readonly type: string },
  options: readonly string[],
): Promise<DigAnswer | null> {
  const { address, port } = resolvers[resolver];
  const server = [`@${address}`, '-p', String(port), '+dnssec', '+tries=1', `+timeout=${patienceSeconds}`];
  // Without an answer dig ends with status 9, which comes as an error.
  const text = await runCommand('dig', [...server, ...options, `${question.name}.`, question.type]).catch(() => '');
  const rcode = /status: (\w+)/.exec(text)?.[1];
  if (rcode === undefined) return null;
  return {
    rcode,
    ad: /;; flags:[^;]*\bad\b/.test(text),
    extendedErrors: [...text.matchAll(/^; EDE: (.*)$/gm)].map((match) => match[1] ?? ''),
  };
}
