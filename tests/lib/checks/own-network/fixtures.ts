import type { SelfObservation } from '#lib/model/self-observation.ts';
import { testNow } from '#tests/support/certificates.ts';
import type { SelfFixtures } from '../fixture.ts';

const fine: SelfObservation = {
  vantage: 'local',
  finishedAt: testNow,
  verdict: 'fine',
  since: testNow - 3_600_000,
  resolverSaid: '192.0.2.53:53 answers',
  networkSaid: '198.51.100.4:53 answers',
};

export const fixtures: SelfFixtures = {
  firing: [
    {
      name: 'no independent server answers',
      code: 'own-network-down',
      verdict: 'crit',
      address: null,
      observation: { ...fine, verdict: 'network', networkSaid: 'none of 198.51.100.4:53, 198.51.100.5:53 answers' },
      says: /none of 198\.51\.100\.4:53, 198\.51\.100\.5:53 answers, since \d{4}-/,
    },
    {
      name: 'a resolver that is silent while the network answers',
      code: 'own-resolver-down',
      verdict: 'crit',
      address: null,
      observation: { ...fine, verdict: 'resolver', resolverSaid: '192.0.2.53:53 gives no answer' },
      says: /192\.0\.2\.53:53 gives no answer/,
    },
  ],
  silent: [
    { name: 'both answer', observation: fine, decided: true },
    { name: 'canaries that prove nothing', observation: { ...fine, verdict: 'unknown' }, decided: false },
  ],
};
