import { performance } from 'node:perf_hooks';
import { Name } from '#lib/dns/name.ts';
import { rcodes, recordTypes } from '#lib/dns/types.ts';
import { createTransport, type TransportOptions } from './transport.ts';

/** How long an answer is believed. A forwarder may be replaced while we run. */
const believedMs = 3_600_000;
const retryUnknownMs = 60_000;

/** Whether the resolver hands out RRSIG records at all; null when it cannot be told now. */
export type SignatureProbe = () => Promise<boolean | null>;

/**
 * Asks for the SOA record of the root, which is signed, with the DO bit: a resolver that answers it without RRSIG
 * strips signatures, and that a signature is missing elsewhere then says nothing about the zone. One question a
 * process and hour; concurrent callers share it.
 */
export function createSignatureProbe(options: TransportOptions): SignatureProbe {
  const ask = createTransport(options);
  let known: { readonly verdict: Promise<boolean | null>; validUntil: number } | null = null;
  return async () => {
    if (known !== null && performance.now() < known.validUntil) return known.verdict;
    const verdict = ask({ name: Name.root, type: recordTypes.SOA }).then((answer) => {
      if (!answer.ok || answer.facts.message.rcode !== rcodes.NOERROR) return null;
      const types = answer.facts.message.answer.map((record) => record.type);
      return types.includes(recordTypes.SOA) ? types.includes(recordTypes.RRSIG) : null;
    });
    const entry = { verdict, validUntil: performance.now() + believedMs };
    known = entry;
    if ((await verdict) === null) entry.validUntil = performance.now() + retryUnknownMs;
    return verdict;
  };
}
