import type { Service } from '#lib/model/endpoint.ts';
import {
  changeSessions,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
} from '#tests/support/observations.ts';
import type { EndpointFixtures } from '../fixture.ts';

const [first] = testAddresses;
const offering = (service: Service, capabilitiesBeforeTls: readonly string[] | null) =>
  changeSessions(healthyEndpoint(testEndpoint(service, 'starttls')), () => ({ capabilitiesBeforeTls }));
const fires = (name: string, service: Service, capabilities: readonly string[], says: RegExp) => ({
  name,
  code: 'plaintext-password',
  verdict: 'fail' as const,
  packs: { draft: 'warn', current: 'fail' } as const,
  address: first,
  observation: offering(service, capabilities),
  says,
});
const silent = (name: string, service: Service, capabilities: readonly string[] | null, decided = true) => ({
  name,
  observation: offering(service, capabilities),
  decided,
});

export const fixtures: EndpointFixtures = {
  firing: [
    fires('IMAP without LOGINDISABLED', 'imap', ['IMAP4rev1', 'STARTTLS'], /no LOGINDISABLED/),
    fires('IMAP with AUTH=PLAIN', 'imap', ['IMAP4rev1', 'LOGINDISABLED', 'auth=plain'], /authentication by PLAIN/),
    fires('POP3 with USER', 'pop3', ['STLS', 'USER'], /USER and PASS/),
    fires('POP3 with SASL LOGIN', 'pop3', ['STLS', 'SASL CRAM-MD5 LOGIN'], /authentication by LOGIN/),
    fires('submission with AUTH', 'submission', ['STARTTLS', 'AUTH PLAIN LOGIN'], /by LOGIN, authentication by PLAIN/),
    fires('submission with the old AUTH=', 'submission', ['STARTTLS', 'AUTH=LOGIN'], /by LOGIN/),
    fires('submission with bearer tokens', 'submission', ['STARTTLS', 'AUTH XOAUTH2'], /XOAUTH2/),
    fires('MX with AUTH', 'smtp', ['STARTTLS', 'AUTH PLAIN'], /mail\.example\.org:25 takes passwords/),
  ],
  silent: [
    silent('IMAP with LOGINDISABLED', 'imap', ['IMAP4rev1', 'LOGINDISABLED', 'AUTH=SCRAM-SHA-256']),
    silent('POP3 with SASL and no mechanism', 'pop3', ['STLS', 'SASL']),
    silent('submission with a mechanism that shows no password', 'submission', ['STARTTLS', 'AUTH CRAM-MD5']),
    silent('MX', 'smtp', ['STARTTLS']),
    silent('capabilities that did not come', 'imap', null, false),
    silent('capabilities that we did not understand', 'imap', [], false),
    {
      name: 'a timeout',
      observation: failSessions(offering('imap', ['IMAP4rev1']), { stage: 'connect', reason: 'timeout' }),
      decided: false,
    },
  ],
};
