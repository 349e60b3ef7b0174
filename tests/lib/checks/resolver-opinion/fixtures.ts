import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import {
  bogus,
  changeAnswers,
  changeValidations,
  healthyZone,
  indeterminate,
  insecure,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();

/** The zone with what the resolver says to the question for MX, or to all. */
function saying(
  change: { readonly rcode?: string; readonly ad?: boolean; readonly extendedErrors?: readonly string[] },
  { from = zone, all = false }: { readonly from?: ZoneObservation; readonly all?: boolean } = {},
): ZoneObservation {
  return {
    ...from,
    opinions: from.opinions.map((opinion) =>
      opinion.answer.ok && (all || opinion.question.type === 'MX')
        ? { ...opinion, answer: { ok: true, facts: { ...opinion.answer.facts, ...change } } }
        : opinion,
    ),
  };
}

const bogusMx = changeValidations(zone, () => ({ result: bogus('signature-expired') }), 'example.org MX');
const insecureMx = changeValidations(zone, () => ({ result: insecure() }), 'example.org MX');
const unseenMx = changeValidations(zone, () => ({ result: indeterminate() }), 'example.org MX');

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'secure by us, SERVFAIL by the resolver',
      code: 'resolver-disagrees',
      verdict: 'warn',
      address: null,
      observation: saying({ rcode: 'SERVFAIL', ad: false, extendedErrors: ['6: DNSSEC Bogus (no SEP)'] }),
      says: /example\.org MX: secure by us, SERVFAIL, without AD, 6: DNSSEC Bogus \(no SEP\) by 127\.0\.0\.53:53/,
    },
    {
      name: 'bogus by us, AD by the resolver',
      code: 'resolver-disagrees',
      verdict: 'warn',
      address: null,
      observation: bogusMx,
      says: /example\.org MX: bogus by us, NOERROR, with AD/,
    },
    {
      name: 'insecure by us, AD by the resolver',
      code: 'resolver-disagrees',
      verdict: 'warn',
      address: null,
      observation: insecureMx,
      says: /insecure by us/,
    },
    {
      name: 'no AD from a resolver that sets it elsewhere',
      code: 'resolver-disagrees',
      verdict: 'warn',
      address: null,
      observation: saying({ ad: false }),
      says: /secure by us, NOERROR, without AD/,
    },
  ],
  silent: [
    { name: 'the same opinion', observation: zone, decided: true },
    { name: 'a resolver that does not validate', observation: saying({ ad: false }, { all: true }), decided: true },
    {
      name: 'bogus and SERVFAIL',
      observation: saying({ rcode: 'SERVFAIL', ad: false }, { from: bogusMx }),
      decided: true,
    },
    {
      name: 'SERVFAIL where one name server gives bogus answers',
      observation: saying(
        { rcode: 'SERVFAIL', ad: false },
        { from: changeAnswers(zone, () => ({ dnssec: bogus('signature-expired') }), { key: 'example.org MX' }) },
      ),
      decided: true,
    },
    { name: 'insecure without AD', observation: saying({ ad: false }, { from: insecureMx }), decided: true },
    { name: 'no resolver', observation: { ...zone, opinions: [] }, decided: true },
    { name: 'we do not know', observation: unseenMx, decided: false },
    {
      name: 'no answer from the resolver',
      observation: {
        ...zone,
        opinions: zone.opinions.map((opinion) => ({
          ...opinion,
          answer: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
        })),
      },
      decided: false,
    },
  ],
};
