import { readAdvertisedTags } from '#lib/deep/advertised-tags.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { AddressSession } from '#lib/model/observation.ts';
import { healthyEndpoint, testEndpoint } from '#tests/support/observations.ts';

function sessionOf(endpoint: EndpointTarget): AddressSession {
  const [session] = healthyEndpoint(endpoint).sessions;
  if (session === undefined) throw new Error('a healthy endpoint has sessions');
  return session;
}

function read(endpoint: EndpointTarget, change: Partial<AddressSession>) {
  const { looked, hasStatus, tags } = readAdvertisedTags(endpoint, { ...sessionOf(endpoint), ...change });
  return { looked, hasStatus, tags };
}

const imap = testEndpoint();
const imapStarttls = testEndpoint('imap', 'starttls');
const pop3 = testEndpoint('pop3');
const submission = testEndpoint('submission', 'starttls');
const nothing = { looked: true, hasStatus: false, tags: [] };
const unseen = { looked: false, hasStatus: false, tags: [] };

test('what is said before and after TLS is one promise', () => {
  expect(
    read(submission, {
      capabilitiesBeforeTls: ['STARTTLS', 'DEEP TLS12 x-other'],
      capabilitiesAfterTls: ['AUTH PLAIN', 'DEEP tls-cert tls12'],
    }),
  ).toEqual({ looked: true, hasStatus: true, tags: ['tls-cert', 'tls12', 'x-other'] });
});

test('a status without tags is a status', () => {
  expect(read(pop3, { capabilitiesAfterTls: ['UIDL', 'DEEP'] })).toEqual({ looked: true, hasStatus: true, tags: [] });
  expect(read(imap, { identityAfterTls: [['deep', null]] })).toEqual({ looked: true, hasStatus: true, tags: [] });
});

test('a server without DEEP was looked at', () => {
  expect(read(imap, { capabilitiesAfterTls: ['IMAP4rev1'], identityAfterTls: null })).toEqual(nothing);
  expect(read(pop3, { capabilitiesAfterTls: ['UIDL'] })).toEqual(nothing);
});

test('one that refuses the question for its identity gives no status', () => {
  expect(read(imap, { identityAfterTls: null })).toEqual(nothing);
});

test('a session that ended before the answer says nothing', () => {
  // ID was not asked, or its answer did not come.
  const { identityAfterTls: answer, ...session } = sessionOf(imap);
  expect(answer).toBeDefined();
  expect(readAdvertisedTags(imap, session)).toMatchObject(unseen);
  const failure = { stage: 'capability', reason: 'closed' } as const;
  expect(read(imap, { capabilitiesAfterTls: null, identityAfterTls: null, failure })).toEqual(unseen);
  expect(read(submission, { capabilitiesBeforeTls: ['STARTTLS'], capabilitiesAfterTls: null, tls: null })).toEqual(
    unseen,
  );
});

test('where there is no TLS, what is said in clear text is all there is', () => {
  const clear: Partial<AddressSession> = {
    ...{ starttls: 'not-advertised', tls: null, capabilitiesAfterTls: null },
    failure: { stage: 'starttls', reason: 'not-advertised' },
  };
  expect(read(submission, { ...clear, capabilitiesBeforeTls: ['PIPELINING'] })).toEqual(nothing);
  expect(read(imapStarttls, { ...clear, capabilitiesBeforeTls: ['IMAP4rev1'], identityAfterTls: null })).toEqual(
    nothing,
  );
});

test('POP3 without CAPA has no status', () => {
  const failure = { stage: 'capability', reason: 'rejected' } as const;
  expect(read(pop3, { capabilitiesAfterTls: null, failure })).toEqual(nothing);
  expect(read(submission, { capabilitiesAfterTls: null, failure })).toEqual(unseen);
});
