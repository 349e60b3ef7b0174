import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import {
  changeAnswers,
  changeLink,
  changeValidations,
  healthyZone,
  linkOf,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const all = { which: () => true };
const link = linkOf('example.org');

/** The zone with keys and DS records of this algorithm. */
function signedWith(algorithm: number): ZoneObservation {
  const published = changeAnswers(
    zone,
    ({ records }) => ({ records: records.map((record) => record.replace(/ 13 /, ` ${String(algorithm)} `)) }),
    { key: 'example.org DNSKEY', ...all },
  );
  return changeLink(published, {
    keys: link.keys.map((key) => ({ ...key, algorithm })),
    ds: link.ds.map((ds) => ({ ...ds, algorithm })),
  });
}

export const fixtures: ZoneFixtures = {
  firing: [
    ...[5, 7].map((algorithm) => ({
      name: `SHA-1, algorithm ${String(algorithm)}`,
      code: 'algorithm-retired',
      verdict: 'warn' as const,
      packs: { draft: 'pass', current: 'warn' } as const,
      address: null,
      observation: signedWith(algorithm),
      says: new RegExp(`algorithm ${String(algorithm)} \\(.*SHA1`),
    })),
    ...[1, 3, 6, 12].map((algorithm) => ({
      name: `algorithm ${String(algorithm)}, which validators do not know any more`,
      code: 'algorithm-retired',
      verdict: 'fail' as const,
      address: null,
      observation: signedWith(algorithm),
      says: /Validators treat the zone as unsigned/,
    })),
    {
      name: 'a retired key beside a good one',
      code: 'algorithm-retired',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: null,
      observation: changeAnswers(zone, ({ records }) => ({ records: [...records, '256 3 3 ZHNh'] }), {
        key: 'example.org DNSKEY',
        ...all,
      }),
      says: /algorithm 3 \(DSA\)/,
    },
    {
      name: 'SHA-1 digests only',
      code: 'algorithm-retired',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: null,
      observation: changeLink(zone, { ds: link.ds.map((ds) => ({ ...ds, digestType: 1 })) }),
      says: /DS digests of type 1 \(SHA-1\) only/,
    },
  ],
  silent: [
    { name: 'algorithm 13', observation: zone, decided: true },
    ...[8, 10, 14, 15, 16].map((algorithm) => ({
      name: `algorithm ${String(algorithm)}`,
      observation: signedWith(algorithm),
      decided: true,
    })),
    {
      name: 'a SHA-1 digest beside a SHA-256 one',
      observation: changeLink(zone, { ds: link.ds.flatMap((ds) => [{ ...ds, digestType: 1 }, ds]) }),
      decided: true,
    },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    {
      name: 'keys not seen',
      observation: { ...changeValidations(zone, () => ({ links: [] })), servers: [] },
      decided: false,
    },
  ],
};
