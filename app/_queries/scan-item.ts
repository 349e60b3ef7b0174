import { listScanFacts } from '#lib/model/scan-facts.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { ScanItem, StatusUrlItem } from '#components/scan-panel.tsx';
import { failureText } from './endpoint-evidence.ts';

/** A deep scan as the console shows it. */
export function scanItem({ finishedAt, addresses, statusUrls }: ScanObservation): {
  readonly finishedAt: number;
  readonly items: readonly ScanItem[];
  readonly urls: readonly StatusUrlItem[];
} {
  return {
    finishedAt,
    items: addresses.map((scan) => ({
      address: scan.address,
      failure: scan.failure === null ? null : failureText(scan.failure),
      facts: listScanFacts(scan),
      transcript: scan.transcript,
    })),
    urls: statusUrls.map(({ url, fetched, addresses: found }) => ({
      url,
      addresses: found,
      outcome: fetched.ok
        ? `HTTP status ${fetched.facts.status}${fetched.facts.asksForLogin ? ', asks for a login' : ''}`
        : failureText(fetched.failure),
    })),
  };
}
