import { undeclared } from '#lib/model/declaration.ts';
import type { AddressSession, EndpointObservation } from '#lib/model/observation.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  testStatus,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first, second] = testAddresses;
const imap = healthyEndpoint();
const pop3 = healthyEndpoint(testEndpoint('pop3'));
const deep = ['IMAP4rev1', 'ID', 'DEEP', 'AUTH=PLAIN'];
const url = '<https://status.example.net/mail>';

/** Every address answers ID with these fields. */
function answering(...fields: (readonly [string, string | null])[]): EndpointObservation {
  return changeSessions(imap, () => ({ identityAfterTls: fields }));
}

const onlyAt = (index: number, change: Partial<AddressSession>) =>
  changeSessions(imap, (_session, position) => (position === index ? change : {}));
const withoutDeep = changeSessions(pop3, () => ({ capabilitiesAfterTls: ['UIDL', 'USER', 'SASL PLAIN'] }));
const expectsDeep = { declaration: { ...undeclared, expectsDeep: true } };

export const fixtures: EndpointFixtures = {
  firing: [
    {
      name: 'nobody said anything about DEEP',
      code: 'deep-not-offered',
      verdict: 'info',
      packs: { draft: 'info', current: 'n-a' },
      address: first,
      observation: withoutDeep,
      says: /does not announce DEEP[^]*only a note/,
    },
    {
      name: 'a server that should announce DEEP',
      code: 'deep-not-offered',
      verdict: 'fail',
      address: first,
      observation: withoutDeep,
      context: expectsDeep,
      says: /as declared for this endpoint[^]*Capabilities: UIDL/,
    },
    {
      name: 'POP3 without CAPA where DEEP is declared',
      code: 'deep-not-offered',
      verdict: 'fail',
      address: first,
      observation: changeSessions(pop3, () => ({ capabilitiesAfterTls: null })),
      context: expectsDeep,
      says: /Capabilities: nothing/,
    },
    {
      name: 'ID without the field',
      code: 'deep-status-missing',
      verdict: 'fail',
      address: first,
      observation: answering(['name', 'Dovecot']),
      says: /Fields of the answer: name/,
    },
    {
      name: 'ID refused',
      code: 'deep-status-missing',
      verdict: 'fail',
      address: second,
      observation: onlyAt(1, { identityAfterTls: null }),
      says: /refused ID/,
    },
    {
      name: 'a tag with a comma',
      code: 'deep-status-defective',
      verdict: 'warn',
      address: first,
      observation: answering(['deep', `tls10,tls12 tls-cert tls10 ${url}`]),
      says: /The tag tls10,tls12 has characters/,
    },
    {
      name: 'two URLs',
      code: 'deep-status-defective',
      verdict: 'warn',
      address: first,
      observation: answering(['deep', `tls10 tls-cert ${url} ${url}`]),
      says: /There are 2 URLs/,
    },
    {
      name: 'the name of the examples',
      code: 'deep-status-alias',
      verdict: 'info',
      address: first,
      observation: answering(['deep-status', testStatus]),
      says: /deep-status only/,
    },
    {
      name: 'an empty list',
      code: 'deep-status-incomplete',
      verdict: 'warn',
      address: first,
      observation: answering(['deep', '']),
      says: /lacks tls10, tls-cert, a URL/,
    },
    {
      name: 'tls12 without tls10',
      code: 'deep-status-incomplete',
      verdict: 'warn',
      packs: { draft: 'warn', current: 'pass' },
      address: first,
      observation: answering(['deep', `tls12 tls-cert ${url}`]),
      says: /lacks tls10$/m,
    },
    {
      name: 'another status before STARTTLS',
      code: 'deep-status-differs-starttls',
      verdict: 'info',
      address: first,
      observation: changeSessions(healthyEndpoint(testEndpoint('imap', 'starttls')), () => ({
        capabilitiesBeforeTls: ['IMAP4rev1', 'STARTTLS', 'LOGINDISABLED', 'DEEP'],
        identityBeforeTls: [['deep', 'tls10']],
      })),
      says: /The same as after STARTTLS: tls-cert tls10 tls12/,
    },
    {
      name: 'a tag of nobody',
      code: 'deep-unknown-tag',
      verdict: 'info',
      address: first,
      observation: answering(['deep', `${testStatus} post-quantum`]),
      says: /Unknown tags: post-quantum/,
    },
    {
      name: 'a shorter list at one address',
      code: 'deep-status-differs-addresses',
      verdict: 'fail',
      address: null,
      observation: onlyAt(1, { identityAfterTls: [['deep', `tls10 tls-cert ${url}`]] }),
      says: /as at 192\.0\.2\.1: tls-cert tls10 tls12[^]*2001:db8::1 has tls-cert tls10 </,
    },
    {
      name: 'DEEP at one address only',
      code: 'deep-status-differs-addresses',
      verdict: 'fail',
      address: null,
      observation: onlyAt(0, { capabilitiesAfterTls: ['IMAP4rev1', 'AUTH=PLAIN'], identityAfterTls: null }),
      says: /192\.0\.2\.1 has none/,
    },
  ],
  silent: [
    { name: 'IMAP', observation: imap, decided: true },
    { name: 'POP3', observation: pop3, decided: true },
    { name: 'submission', observation: healthyEndpoint(testEndpoint('submission')), decided: true },
    { name: 'MX hosts have none', observation: healthyEndpoint(testEndpoint('smtp', 'starttls')), decided: true },
    {
      name: 'declared to have none',
      observation: withoutDeep,
      context: { declaration: { ...undeclared, expectsDeep: false } },
      decided: true,
    },
    {
      name: 'both names of the field',
      observation: answering(['deep-status', 'x'], ['deep', testStatus]),
      decided: true,
    },
    {
      name: 'the same tags in another order',
      observation: onlyAt(1, { identityAfterTls: [['DEEP', `${url} tls-cert TLS12 tls10`]] }),
      decided: true,
    },
    {
      name: 'a pool whose servers differ behind one address',
      observation: onlyAt(1, { identityAfterTls: [['deep', `tls10 tls-cert ${url}`]] }),
      context: { mixedAddresses: [second] },
      decided: true,
    },
    {
      name: 'one address not seen',
      observation: failSessions(imap, { stage: 'connect', reason: 'timeout' }, (index) => index === 1),
      decided: false,
    },
    {
      name: 'a dialogue that broke off before the capabilities',
      observation: changeSessions(imap, () => ({
        capabilitiesAfterTls: null,
        identityAfterTls: null,
        failure: { stage: 'capability', reason: 'rejected' },
      })),
      decided: false,
    },
    {
      name: 'a dialogue that broke off at ID',
      observation: changeSessions(imap, () => ({
        capabilitiesAfterTls: deep,
        identityAfterTls: null,
        failure: { stage: 'identity', reason: 'rejected' },
      })),
      decided: false,
    },
  ],
};
