import { deadDnsAddress, dnsAddresses } from './addresses.ts';
import { ask, bogus, dnssecZone, everything, indeterminate, secure, tlsa, type DnssecZone } from './dnssec-zone.ts';
import { oneServer, twoServers } from './signing.ts';
import type { ZoneServer } from './zone-types.ts';

const scripted: readonly ZoneServer[] = [{ address: dnsAddresses.scripted, serves: 'current' }];

/** Name servers that differ, or do not answer as they should. */
export const serverZones: readonly DnssecZone[] = [
  dnssecZone({ name: 'two-servers', servers: twoServers, questions: everything(secure) }),
  dnssecZone({
    name: 'stale-secondary',
    fault: 'One of two servers has the version before, whose signatures have expired.',
    servers: [...oneServer, { address: dnsAddresses.second, serves: 'older' }],
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'lame',
    fault: 'One of two servers does not have the zone.',
    servers: [...oneServer, { address: dnsAddresses.second, serves: 'nothing' }],
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'one-dead',
    fault: 'At the address of one of two servers nobody listens.',
    servers: [...oneServer, { address: deadDnsAddress, serves: 'nothing' }],
    questions: everything(secure),
  }),
  dnssecZone({
    name: 'all-lame',
    fault: 'Its only server does not have the zone.',
    servers: [{ address: dnsAddresses.second, serves: 'nothing' }],
    questions: [tlsa(indeterminate('server-error')), ask('@ DS', secure)],
  }),
  dnssecZone({
    name: 'all-dead',
    fault: 'At the address of its only server nobody listens.',
    servers: [{ address: deadDnsAddress, serves: 'nothing' }],
    questions: [tlsa(indeterminate('no-answer')), ask('@ DS', secure)],
  }),
  dnssecZone({
    name: 'drops-tlsa',
    fault: 'Its server says nothing to questions for TLSA.',
    servers: scripted,
    serverFault: 'drops-tlsa',
    questions: [tlsa(indeterminate('no-answer')), ask('mail.@ A', secure)],
  }),
  dnssecZone({
    name: 'servfail-tlsa',
    fault: 'Its server answers SERVFAIL to questions for TLSA.',
    servers: scripted,
    serverFault: 'servfail-tlsa',
    questions: [tlsa(indeterminate('server-error')), ask('mail.@ A', secure)],
  }),
  dnssecZone({
    name: 'ignores-do',
    fault: 'Its server leaves all signatures out.',
    servers: scripted,
    serverFault: 'ignores-do',
    questions: everything(bogus('signature-missing')),
  }),
];
