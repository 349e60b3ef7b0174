import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { ScanRequest } from '#workers/run.ts';
import type { EndpointProbe } from './endpoint.ts';

/** Placeholder of the first commit: looks at nothing. */
export function scanEndpoint({
  target,
  clock,
  vantage,
}: ScanRequest & Omit<EndpointProbe, 'target' | 'address' | 'deadline' | 'onProgress'>): Promise<ScanObservation> {
  const now = clock.now();
  return Promise.resolve({ endpoint: target, vantage, startedAt: now, finishedAt: now, addresses: [], statusUrls: [] });
}
