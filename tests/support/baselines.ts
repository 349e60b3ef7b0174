import { readBaselineFacts } from '#lib/drift/baseline.ts';
import type { Baseline, BaselineFacts } from '#lib/model/baseline.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { dayMs, testNow } from './certificates.ts';

/** What an endpoint was like that showed this, ten days ago, with some of it changed. */
export function baselineOf(observation: EndpointObservation, change: Partial<BaselineFacts> = {}): Baseline {
  const facts = readBaselineFacts(observation);
  if (facts === null) throw new Error('not all of it was seen');
  return { facts: { ...facts, ...change }, since: testNow - 10 * dayMs, approvedBy: null, rejected: null };
}

/** The baseline of `before` to which a person refused what `after` shows. */
export function rejectedBaseline(before: EndpointObservation, after: EndpointObservation): Baseline {
  const { facts } = baselineOf(after);
  return { ...baselineOf(before), rejected: { facts, by: 'ops@example.org', at: testNow - dayMs } };
}
