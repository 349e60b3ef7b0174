import {
  bogus,
  changeAnswers,
  failAnswers,
  healthyZone,
  indeterminate,
  insecure,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const all = { which: () => true };
const absent = '_993._tcp.mail.example.org TLSA';
const improbable = 'latchwatch-does-not-exist.example.org A';

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'no NSEC records beside an absent TLSA',
      code: 'denial-broken',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ dnssec: bogus('denial-missing') }), { key: absent }),
      says: /ns2\.example\.org \(2001:db8::53\), _993\._tcp\.mail\.example\.org TLSA: .*NSEC or NSEC3 records are missing/,
    },
    {
      name: 'a wrong proof for a name that does not exist, at all servers',
      code: 'denial-broken',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ dnssec: bogus('denial-wrong') }), { key: improbable, ...all }),
      says: /do not prove that it does not exist/,
    },
    {
      name: 'SERVFAIL for TLSA alone',
      code: 'tlsa-question-dropped',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ rcode: 'SERVFAIL', records: [] }), { key: absent }),
      says: /ns2\.example\.org \(2001:db8::53\), _993\._tcp\.mail\.example\.org TLSA: SERVFAIL/,
    },
    {
      name: 'questions for TLSA that are dropped',
      code: 'tlsa-question-dropped',
      verdict: 'fail',
      address: null,
      observation: failAnswers(zone, 'timeout', { key: absent }),
      says: /TLSA: no answer \(timeout\)/,
    },
  ],
  silent: [
    { name: 'healthy', observation: zone, decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    {
      name: 'an insecure denial is no fault',
      observation: changeAnswers(zone, () => ({ dnssec: insecure('opt-out') }), { key: absent, ...all }),
      decided: true,
    },
    {
      name: 'an alias into another zone that is bogus',
      observation: changeAnswers(
        zone,
        () => ({ dnssec: bogus('ds-mismatch', 'hoster.example DNSKEY'), denial: null }),
        {
          key: absent,
          ...all,
        },
      ),
      decided: false,
    },
    { name: 'a dead server drops everything, not TLSA', observation: failAnswers(zone, 'timeout'), decided: false },
    {
      name: 'a server of which all is bogus has another fault',
      observation: changeAnswers(zone, () => ({ dnssec: bogus('ds-mismatch', 'example.org DNSKEY') })),
      decided: false,
    },
    {
      name: 'a denial that was not validated',
      observation: changeAnswers(zone, () => ({ dnssec: indeterminate('limit-hashes') }), { key: absent }),
      decided: false,
    },
    { name: 'our own limit of connections', observation: failAnswers(zone, 'busy', { key: absent }), decided: false },
    {
      name: 'no question for TLSA',
      observation: {
        ...zone,
        servers: zone.servers.map((server) => ({
          ...server,
          answers: server.answers.filter(({ question }) => question.type !== 'TLSA'),
        })),
      },
      decided: true,
    },
  ],
};
