import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import {
  changeAnswers,
  changeLink,
  changeValidations,
  failAnswers,
  healthyZone,
  indeterminate,
  insecure,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const all = { which: () => true };
const [ds] = zone.validations[0]?.links[2]?.ds ?? [];
if (ds === undefined) throw new Error('the healthy zone has a DS record');
const other = { ...ds, keyTag: 44444, digest: 'bb'.repeat(32) };

/** The zone with what all servers say as CDS and CDNSKEY. */
function wishing(cds: readonly string[], cdnskey: readonly string[], from: ZoneObservation = zone): ZoneObservation {
  const withCds = changeAnswers(from, () => ({ records: cds }), { key: 'example.org CDS', ...all });
  return changeAnswers(withCds, () => ({ records: cdnskey }), { key: 'example.org CDNSKEY', ...all });
}

/** Keys and signatures at the servers, no DS at the parent. */
const island = changeValidations(changeLink(zone, { state: insecure(), ds: [], keys: [] }), () => ({
  result: insecure(),
}));

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'a DS record left over from before the move',
      code: 'ds-without-key',
      verdict: 'warn',
      address: null,
      observation: changeLink(zone, { ds: [ds, { ...other, status: 'no-key' }] }),
      says: /DS 44444 13 2: no DNSKEY with tag 44444/,
    },
    {
      name: 'a DS record with the tag of a key and the digest of another one',
      code: 'ds-without-key',
      verdict: 'warn',
      address: null,
      observation: changeLink(zone, { ds: [ds, { ...other, keyTag: 22222, status: 'digest-mismatch' }] }),
      says: /DS 22222 13 2: its digest is of another key/,
    },
    {
      name: 'servers that disagree',
      code: 'cds-differs',
      verdict: 'warn',
      address: null,
      observation: changeAnswers(zone, () => ({ records: [] }), { key: 'example.org CDS' }),
      says: /disagree on the CDS records of example\.org\n.*\n.*ns2\.example\.org \(2001:db8::53\), CDS: none/,
    },
    {
      name: 'a parent that has not followed',
      code: 'cds-differs',
      verdict: 'info',
      address: null,
      observation: wishing([`22222 13 2 ${'cc'.repeat(32)}`], []),
      says: /has not followed.*\n.*\nCDS 22222 13 2 cccc.*DS records at the parent: 11111 13 2 aaaa/,
    },
    {
      name: 'a first DS record that the zone asks for',
      code: 'cds-differs',
      verdict: 'info',
      address: null,
      observation: island,
      says: /DS records at the parent: nothing/,
    },
    {
      name: 'a digest that is not the one at the parent',
      code: 'cds-differs',
      verdict: 'info',
      address: null,
      observation: wishing([`11111 13 2 ${'dd'.repeat(32)}`], []),
      says: /CDS 11111 13 2 dddd/,
    },
    {
      name: 'CDS records of a key that is not in the zone',
      code: 'cds-differs',
      verdict: 'warn',
      address: null,
      observation: wishing([`44444 13 2 ${'cc'.repeat(32)}`], []),
      says: /name no key of example\.org/,
    },
    {
      name: 'a CDNSKEY record that is not in the zone',
      code: 'cds-differs',
      verdict: 'warn',
      address: null,
      observation: wishing([], ['257 3 13 bm90IHRoZXJl']),
      says: /CDNSKEY 257 3 13 bm90IHRoZXJl/,
    },
    {
      name: 'a wish to end DNSSEC',
      code: 'cds-differs',
      verdict: 'info',
      address: null,
      observation: wishing(['0 0 0 00'], ['0 3 0 AA==']),
      says: /ask for the end of DNSSEC of example\.org/,
    },
    {
      name: 'keys and TLSA records without DS',
      code: 'island',
      verdict: 'warn',
      address: null,
      observation: island,
      says: /example\.org is signed, but nobody can check it.*\nA DS record for example\.org[^]*TLSA records of the zone count for nobody/,
    },
    {
      name: 'keys without DS and without TLSA records',
      code: 'island',
      verdict: 'info',
      address: null,
      observation: changeAnswers(island, () => ({ records: [] }), { key: '_25._tcp.mail.example.org TLSA', ...all }),
      says: /protect nobody/,
    },
  ],
  silent: [
    { name: 'healthy', observation: zone, decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    { name: 'no CDS records', observation: wishing([], []), decided: true },
    {
      name: 'a parent with a digest type of its own',
      observation: changeLink(zone, { ds: [{ ...ds, digestType: 4, digest: 'ee'.repeat(48) }] }),
      decided: true,
    },
    {
      name: 'no DS record fits: the zone is bogus, and told as that',
      observation: wishing([], [], changeLink(zone, { ds: [{ ...ds, status: 'digest-mismatch' }] })),
      decided: true,
    },
    {
      name: 'a wish to end DNSSEC that was fulfilled',
      observation: wishing(['0 0 0 00'], [], unsignedZone()),
      decided: true,
    },
    {
      name: 'a chain that was not seen',
      observation: changeValidations(zone, () => ({ result: indeterminate(), links: [] })),
      decided: false,
    },
    {
      name: 'CDS not seen',
      observation: failAnswers(failAnswers(zone, 'timeout', { key: 'example.org CDS', ...all }), 'timeout', {
        key: 'example.org CDNSKEY',
        ...all,
      }),
      decided: false,
    },
  ],
};
