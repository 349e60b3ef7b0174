import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import { zoneObservation } from '#lib/model/zone-observation-schema.ts';
import { testNow } from './certificates.ts';
import { healthyZone } from './zone-observations.ts';

const instants = ['startedAt', 'finishedAt', 'now', 'inception', 'expiration', 'expiresAt'];

/** The healthy zone as a run at `at` sees it that was signed anew meanwhile, with a serial number of that time. */
export function zoneSignedAt(at: number): ZoneObservation {
  const change = (key: string, value: unknown): unknown => {
    if (typeof value !== 'number') return value;
    if (key === 'serial') return Math.floor(at / 1000);
    return instants.includes(key) ? value + at - testNow : value;
  };
  return zoneObservation.parse(JSON.parse(JSON.stringify(healthyZone()), change));
}
