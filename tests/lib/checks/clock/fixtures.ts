import { healthyZone } from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'all signatures out of date at once',
      code: 'clock-untrusted',
      verdict: 'fail',
      address: null,
      observation: { ...zone, clock: { trusted: false, said: 'the newest signature of . begins 2027-03-01' } },
      says: /begins 2027-03-01/,
    },
    {
      name: 'without a word why',
      code: 'clock-untrusted',
      verdict: 'fail',
      address: null,
      observation: { ...zone, clock: { trusted: false, said: null } },
      says: /none is in date by our clock/,
    },
  ],
  silent: [{ name: 'a trusted clock', observation: zone, decided: true }],
};
