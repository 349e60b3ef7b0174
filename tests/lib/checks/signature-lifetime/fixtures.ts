import { dayMs, testNow } from '#tests/support/certificates.ts';
import { changeAnswers, failAnswers, healthyZone, signature, unsignedZone } from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const all = { which: () => true };
const expire = (days: number) =>
  changeAnswers(zone, ({ soa }) => ({ soa: soa && { ...soa, expireSeconds: days * 86_400 } }), {
    key: 'example.org SOA',
    ...all,
  });
const lasting = (days: number) =>
  changeAnswers(
    zone,
    () => ({
      signatures: [signature({ inception: testNow - dayMs, expiration: testNow + (days - 1) * dayMs })],
    }),
    { key: 'example.org MX', ...all },
  );

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'the common 1000 hours',
      code: 'signature-shorter-than-expire',
      verdict: 'warn',
      address: null,
      observation: expire(41.7),
      says: /More than 41\.7 days: SOA expire \(41\.7 days\) and the longest TTL \(1 hours\)\n28 days: example\.org/,
    },
    {
      name: 'one set with signatures of a week',
      code: 'signature-shorter-than-expire',
      verdict: 'warn',
      address: null,
      observation: lasting(7),
      says: /7 days: example\.org MX, key 22222/,
    },
  ],
  silent: [
    { name: 'four weeks and an expire of one', observation: zone, decided: true },
    { name: 'one day more than expire', observation: lasting(8), decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    {
      name: 'no SOA seen',
      observation: failAnswers(zone, 'timeout', { key: 'example.org SOA', ...all }),
      decided: false,
    },
  ],
};
