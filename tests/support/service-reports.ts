import type { ServiceReports } from '#lib/model/service-reports.ts';
import { testNow } from './certificates.ts';

/** A service that many log in to, and where nobody fails. */
export function quietReports(change: Partial<ServiceReports> = {}): ServiceReports {
  return {
    ...{ failures: [], knownSince: testNow - 7 * 86_400_000, faulty: false },
    ...{ logins: 1000, proxied: 100, proxiedWithoutTls: 5, cipherSeen: true },
    ...change,
  };
}
