import { performance } from 'node:perf_hooks';
import type { Validation } from '#lib/model/dnssec.ts';
import type { ZoneQuestion } from '#lib/model/zone-observation.ts';

/** What is said of a question that was left when the time of a look was over. */
export const outOfTime = 'the time for this look at the zone was over';

/** The work, or what stands for it where it has not ended by the deadline (a `performance.now()` value). */
export async function inTime<T>(
  deadline: number,
  { work, late }: { readonly work: () => Promise<T>; readonly late: () => T },
): Promise<T> {
  const leftMs = deadline - performance.now();
  if (leftMs <= 0) return late();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<T>((resolve) => (timer = setTimeout(() => resolve(late()), leftMs)));
  try {
    return await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** The validation of a question that was not answered in time. */
export function unvalidated({ name, type }: ZoneQuestion, now: number): Validation {
  return {
    name,
    type,
    rcode: null,
    result: { state: 'indeterminate', why: outOfTime, reason: 'no-answer' },
    extendedError: null,
    anchor: null,
    links: [],
    hops: [],
    records: [],
    ttlSeconds: null,
    signatures: [],
    wildcard: null,
    denial: null,
    zone: null,
    earliestExpiry: null,
    spent: { signatures: 0, hashes: 0, questions: 0 },
    server: null,
    now,
  };
}
