import type { Commitment } from '#lib/model/commitment.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { testNow } from '#tests/support/certificates.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first, second] = testAddresses;
const hourMs = 3_600_000;
const imap = testEndpoint();
const pop3 = testEndpoint('pop3');
const healthy = healthyEndpoint();

/** A tag as a service had it until `agoMs` before now. */
function had(
  tag: string,
  where: { readonly endpoint?: EndpointTarget; readonly address?: string; readonly agoMs?: number } = {},
): Commitment {
  const { endpoint = imap, address = first, agoMs = hourMs } = where;
  return {
    ...{ host: endpoint.host, tag, seenAt: { kind: 'endpoint', endpoint, address } },
    ...{ firstSeen: testNow - 1000 * hourMs, lastSeen: testNow - agoMs, decidedBy: null },
  };
}

/** Every address gives this status; null: none, and no DEEP among its capabilities. */
function says(status: string | null, which: (index: number) => boolean = () => true): EndpointObservation {
  return changeSessions(healthy, (_session, index) => {
    if (!which(index)) return {};
    return status === null
      ? { capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=PLAIN'], identityAfterTls: null }
      : { identityAfterTls: [['deep', status]] };
  });
}

const gone = { stage: 'connect', reason: 'timeout' } as const;

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'a tag that was taken out of the status',
      code: 'tag-withdrawn',
      verdict: 'crit',
      address: null,
      observation: says('tls10 tls12'),
      context: { commitments: [had('tls10'), had('tls12'), had('tls-cert')] },
      says: /no longer advertises tls-cert\n.*before: tls-cert \(2026-11-24 03:00 UTC, 192\.0\.2\.1\)\nNow: tls10, tls12.*Nobody is released/s,
    },
    {
      name: 'DEEP that went as a whole',
      code: 'tag-withdrawn',
      verdict: 'crit',
      address: null,
      observation: says(null),
      context: { commitments: [had('tls10'), had('tls12')] },
      says: /no longer advertises tls10, tls12.*Now: nothing/s,
    },
    {
      name: 'a tag of an address that has left DNS',
      code: 'tag-withdrawn',
      verdict: 'crit',
      address: null,
      observation: says('tls10'),
      context: { commitments: [had('tls12', { address: '192.0.2.99' })] },
      says: /192\.0\.2\.99/,
    },
    {
      name: 'a tag that the address of the evidence lost, while the other one is silent',
      code: 'tag-withdrawn',
      verdict: 'crit',
      address: null,
      observation: failSessions(says('tls10'), gone, (index) => index === 1),
      context: { commitments: [had('tls12')] },
      says: /tls12/,
    },
    {
      name: 'a tag that another service of the host has',
      code: 'status-differs-between-services',
      verdict: 'warn',
      address: null,
      observation: says('tls10'),
      context: { commitments: [had('tls10'), had('tls10', { endpoint: pop3 }), had('tls-cert', { endpoint: pop3 })] },
      says: /does not advertise tls-cert, as its host does elsewhere.*tls-cert \(pop3 on port 995\)/s,
    },
    {
      name: 'a status without tags beside another service with one',
      code: 'status-differs-between-services',
      verdict: 'warn',
      address: null,
      observation: says(''),
      context: { commitments: [had('tls12', { endpoint: pop3 })] },
      says: /This service: nothing/,
    },
  ],
  silent: [
    { name: 'the first look', observation: healthy, decided: true },
    {
      name: 'what was advertised still is',
      observation: healthy,
      context: { commitments: [had('tls10'), had('tls12'), had('tls-cert')] },
      decided: true,
    },
    {
      name: 'new tags',
      observation: says('tls10 tls12 tls-cert tls-dane-tlsa'),
      context: { commitments: [had('tls10')] },
      decided: true,
    },
    {
      name: 'one address still has the tag',
      observation: says('tls10', (index) => index === 0),
      context: { commitments: [had('tls-cert')] },
      decided: true,
    },
    {
      name: 'a service that never had DEEP, beside one that has',
      observation: says(null),
      context: { commitments: [had('tls12', { endpoint: pop3 })] },
      decided: true,
    },
    {
      name: 'another service that had the tag long ago',
      observation: says('tls10'),
      context: { commitments: [had('tls-cert', { endpoint: pop3, agoMs: 48 * hourMs })] },
      decided: true,
    },
    {
      name: 'the address of the evidence does not answer',
      observation: failSessions(says('tls10'), gone, (index) => index === 1),
      context: { commitments: [had('tls12', { address: second })] },
      decided: false,
    },
    {
      name: 'nobody answers',
      observation: failSessions(healthy, gone),
      context: { commitments: [had('tls12')] },
      decided: false,
    },
  ],
};
