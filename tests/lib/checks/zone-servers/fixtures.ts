import {
  changeAnswers,
  changeValidations,
  failAnswers,
  healthyZone,
  indeterminate,
  linkOf,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const all = { which: () => true };
const refused = { rcode: 'REFUSED', authoritative: false, records: [], soa: null };

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'one server refuses the zone',
      code: 'server-lame',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => refused),
      says: /ns2\.example\.org \(2001:db8::53\) says REFUSED to example\.org SOA/,
    },
    {
      name: 'one server answers from a cache',
      code: 'server-lame',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ authoritative: false })),
      says: /ns2\.example\.org \(2001:db8::53\) answers without authority/,
    },
    {
      name: 'one server has no SOA',
      code: 'server-lame',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ records: [], soa: null }), { key: 'example.org SOA' }),
      says: /has no SOA record/,
    },
    {
      name: 'SERVFAIL for one question',
      code: 'server-lame',
      verdict: 'fail',
      address: null,
      observation: changeAnswers(zone, () => ({ rcode: 'SERVFAIL', records: [] }), { key: 'example.org MX' }),
      says: /says SERVFAIL to example\.org MX/,
    },
    {
      name: 'one server is dead',
      code: 'server-silent',
      verdict: 'warn',
      address: null,
      observation: failAnswers(zone, 'timeout'),
      says: /A name server of example\.org does not answer\n.*\nNo answer from ns2\.example\.org \(2001:db8::53\)/,
    },
    {
      name: 'all are dead, and the zones above are not',
      code: 'server-silent',
      verdict: 'crit',
      address: null,
      observation: changeValidations(failAnswers(zone, 'timeout', all), () => ({
        result: indeterminate(),
        links: [linkOf('.'), linkOf('org')],
      })),
      says: /No name server of example\.org answers/,
    },
    {
      name: 'a server left behind at the parent',
      code: 'delegation-differs',
      verdict: 'warn',
      address: null,
      observation: { ...zone, parentNameServers: [...(zone.nameServers ?? []), 'ns.old.example'] },
      says: /Only at the parent: ns\.old\.example\. Only in the zone: nothing/,
    },
    {
      name: 'a server that the parent does not know',
      code: 'delegation-differs',
      verdict: 'warn',
      address: null,
      observation: { ...zone, nameServers: [...(zone.nameServers ?? []), 'ns4.example.org'] },
      says: /Only in the zone: ns4\.example\.org/,
    },
    {
      name: 'a name server that does not exist',
      code: 'name-server-unresolved',
      verdict: 'warn',
      address: null,
      observation: {
        ...zone,
        unresolved: [{ host: 'ns9.example.net', failure: { stage: 'resolve', reason: 'nxdomain' } }],
      },
      says: /ns9\.example\.net: there is no such name/,
    },
    {
      name: 'a name server without address',
      code: 'name-server-unresolved',
      verdict: 'warn',
      address: null,
      observation: {
        ...zone,
        unresolved: [{ host: 'ns9.example.net', failure: { stage: 'resolve', reason: 'no-address' } }],
      },
      says: /has neither A nor AAAA/,
    },
  ],
  silent: [
    { name: 'healthy', observation: zone, decided: true },
    {
      name: 'the same name servers in another order and spelling',
      observation: { ...zone, parentNameServers: ['NS2.example.org.', 'ns3.example.org', 'ns1.Example.ORG'] },
      decided: true,
    },
    {
      name: 'no route to addresses of that family from here',
      observation: failAnswers(zone, 'unreachable'),
      decided: true,
    },
    { name: 'an address that our guard refuses', observation: failAnswers(zone, 'blocked'), decided: true },
    {
      name: 'no route to one of two addresses of a family',
      observation: failAnswers(zone, 'unreachable', { which: (index) => index === 0 }),
      decided: false,
    },
    {
      name: 'no server answers us, but the names resolve: port 53 is closed here',
      observation: failAnswers(zone, 'timeout', all),
      decided: false,
    },
    {
      name: 'nothing answers, not even the zones above',
      observation: changeValidations(failAnswers(zone, 'timeout', all), () => ({
        result: indeterminate(),
        links: [],
      })),
      decided: false,
    },
    { name: 'delegation not seen', observation: { ...zone, parentNameServers: null }, decided: false },
    {
      name: 'a name server that could not be looked up',
      observation: {
        ...zone,
        unresolved: [{ host: 'ns9.example.net', failure: { stage: 'resolve', reason: 'timeout' } }],
      },
      decided: false,
    },
  ],
};
