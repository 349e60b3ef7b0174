import {
  changeAnswers,
  changeValidations,
  denialOf,
  healthyZone,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const hashed = (iterations: number) =>
  changeAnswers(zone, ({ denial }) => ({ denial: denial && denialOf({ mechanism: 'nsec3', iterations }) }), {
    which: () => true,
  });
const ofParent = changeValidations(zone, ({ links }) => ({
  links: links.map((link) => ({ ...link, denial: denialOf({ mechanism: 'nsec3', iterations: 5 }) })),
}));

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'one iteration',
      code: 'nsec3-iterations',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: null,
      observation: hashed(1),
      says: /NSEC3 of example\.org uses 1 additional iterations/,
    },
    {
      name: 'as many as validators count',
      code: 'nsec3-iterations',
      verdict: 'warn',
      packs: { draft: 'pass', current: 'warn' },
      address: null,
      observation: hashed(150),
      says: /uses 150 /,
    },
    {
      name: 'more than they count',
      code: 'nsec3-iterations',
      verdict: 'fail',
      address: null,
      observation: hashed(151),
      says: /refuse to count so far and treat/,
    },
  ],
  silent: [
    { name: 'NSEC', observation: zone, decided: true },
    { name: 'NSEC3 without iterations', observation: hashed(0), decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    { name: 'iterations of the zones above', observation: ofParent, decided: true },
    {
      name: 'no denial seen',
      observation: changeValidations(
        changeAnswers(zone, () => ({ denial: null }), { which: () => true }),
        () => ({ denial: null }),
      ),
      decided: false,
    },
  ],
};
