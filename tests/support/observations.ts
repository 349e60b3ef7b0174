import { createHash, createPublicKey } from 'node:crypto';
import type { Dnssec } from '#lib/model/dnssec.ts';
import { notValidated } from '#lib/model/dnssec.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { findServiceRow, serviceTable } from '#lib/model/endpoint.ts';
import type {
  AddressSession,
  DnsLookup,
  DomainObservation,
  EndpointObservation,
  MxTlsaLookup,
  ProbeFailure,
  SrvLookup,
  SrvRecord,
  TlsaRecord,
  TlsFacts,
} from '#lib/model/observation.ts';
import type { TestCertificate } from './certificates.ts';
import { dayMs, issueAuthority, issueCertificate, testNow } from './certificates.ts';
import { healthyConfiguration } from './published-configuration.ts';

/*
 * Healthy observations, and small changes to them. A test takes the healthy one and spoils the one thing it is about.
 */

const host = 'mail.example.org';
const root = issueAuthority('Test Root');
const intermediate = issueAuthority('Test Intermediate', { issuer: root });

/** The authority that healthy servers have their certificates from. */
export const testPki = {
  root,
  intermediate,
  leaf: issueCertificate({
    commonName: host,
    dnsNames: [host],
    srvNames: serviceTable.flatMap(({ srvLabel }) => (srvLabel === null ? [] : [`${srvLabel}.example.org`])),
    issuer: intermediate,
  }),
};

/** The key that comes after that of `testPki.leaf`: its TLSA record is published before. */
const nextLeaf = issueCertificate({ commonName: host });

/** Two addresses, as most hosts have them. */
export const testAddresses = ['192.0.2.1', '2001:db8::1'] as const;

/** The DEEP status that healthy servers for mail clients give. */
export const testStatus = 'tls10 tls12 tls-cert <https://status.example.net/mail>';

const capabilities = {
  imap: { before: ['IMAP4rev1', 'STARTTLS', 'LOGINDISABLED'], after: ['IMAP4rev1', 'ID', 'DEEP', 'AUTH=PLAIN'] },
  pop3: { before: ['STLS', 'UIDL', 'SASL'], after: ['UIDL', 'USER', 'SASL PLAIN', `DEEP ${testStatus}`] },
  submission: { before: ['PIPELINING', 'STARTTLS'], after: ['PIPELINING', 'AUTH PLAIN LOGIN', `DEEP ${testStatus}`] },
  smtp: { before: ['PIPELINING', 'STARTTLS'], after: ['PIPELINING'] },
  sieve: { before: ['SASL', 'STARTTLS', 'VERSION 1.0'], after: ['SASL PLAIN', 'VERSION 1.0'] },
} as const;

/** An endpoint on `mail.example.org` at the port of its row in the services table. */
export function testEndpoint(
  service: EndpointTarget['service'] = 'imap',
  tlsMode: EndpointTarget['tlsMode'] = 'implicit',
): EndpointTarget {
  return { service, tlsMode, host, port: findServiceRow(service, tlsMode)?.port ?? 0 };
}

/** TLS facts of a server that shows these certificates and is trusted with them. */
export function trustedTls(chain: readonly TestCertificate[], change: Partial<TlsFacts> = {}): TlsFacts {
  const sent = chain.map(({ base64 }) => base64);
  return {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    serverName: host,
    chain: sent,
    pkix: { trusted: true, path: [...sent, root.base64], store: 'Mozilla (Node) + test root' },
    ...change,
  };
}

/** TLS facts of a server whose certificates OpenSSL refused with this code. */
export function untrustedTls(chain: readonly TestCertificate[], error: string): TlsFacts {
  return trustedTls(chain, { pkix: { trusted: false, error, store: 'Mozilla (Node) + test root' } });
}

/** A session of one address in which all went well. */
function healthySession(endpoint: EndpointTarget, address: string): AddressSession {
  const implicit = endpoint.tlsMode === 'implicit';
  return {
    address,
    startedAt: testNow - 2000,
    greeting: 'ready',
    capabilitiesBeforeTls: implicit ? null : capabilities[endpoint.service].before,
    capabilitiesAfterTls: capabilities[endpoint.service].after,
    ...(endpoint.service === 'imap'
      ? {
          identityAfterTls: [
            ['name', 'test'],
            ['deep', testStatus],
          ] as const,
        }
      : {}),
    starttls: implicit ? 'not-applicable' : 'accepted',
    tls: trustedTls([testPki.leaf, testPki.intermediate]),
    goodbyeAnswered: true,
    timings: { connectMs: 3, greetingMs: 2, handshakeMs: 5, totalMs: 14 },
    transcript: [{ from: 'server', text: 'ready', atMs: 3 }],
    failure: null,
  };
}

/** What a session looks like that ended before the first answer. */
function failedSession(endpoint: EndpointTarget, address: string, failure: ProbeFailure): AddressSession {
  return {
    ...healthySession(endpoint, address),
    greeting: null,
    capabilitiesBeforeTls: null,
    capabilitiesAfterTls: null,
    identityAfterTls: null,
    starttls: endpoint.tlsMode === 'implicit' ? 'not-applicable' : 'not-reached',
    tls: null,
    goodbyeAnswered: null,
    transcript: [],
    failure,
  };
}

/** A DNS answer with these records. */
export function lookupOf<R>(
  name: string,
  type: string,
  records: readonly R[],
  dnssec: Dnssec = notValidated,
): DnsLookup<R> {
  return {
    name,
    type,
    rcode: 'NOERROR',
    records,
    ttlSeconds: records.length === 0 ? null : 300,
    aliases: [],
    ad: false,
    signaturesPresent: true,
    dnssec,
    server: '127.0.0.53:53',
    wire: '',
  };
}

/** An endpoint with two addresses, a trusted certificate, a TLSA record that matches it and one of the next key. */
export function healthyEndpoint(endpoint: EndpointTarget = testEndpoint()): EndpointObservation {
  return {
    endpoint,
    vantage: 'test',
    startedAt: testNow - 2000,
    finishedAt: testNow - 1000,
    addresses: {
      ok: true,
      facts: { list: testAddresses, lookups: [lookupOf(endpoint.host, 'A', [testAddresses[0]])] },
    },
    sessions: testAddresses.map((address) => healthySession(endpoint, address)),
    tlsa: {
      owner: `_${String(endpoint.port)}._tcp.${endpoint.host}`,
      lookup: {
        ok: true,
        facts: lookupOf(`_${String(endpoint.port)}._tcp.${endpoint.host}`, 'TLSA', [
          tlsaOf(testPki.leaf),
          tlsaOf(nextLeaf),
        ]),
      },
      resolverPassesSignatures: true,
    },
  };
}

/** The association data of a certificate: 3 1 1 unless told otherwise. */
export function tlsaOf(
  certificate: TestCertificate,
  { usage = 3, selector = 1, matchingType = 1 }: Partial<Omit<TlsaRecord, 'data'>> = {},
): TlsaRecord {
  const bytes =
    selector === 0 ? certificate.der : createPublicKey(certificate.key).export({ format: 'der', type: 'spki' });
  const data =
    matchingType === 0
      ? bytes.toString('hex')
      : createHash(matchingType === 1 ? 'sha256' : 'sha512')
          .update(bytes)
          .digest('hex');
  return { usage, selector, matchingType, data };
}

/** The observation with its sessions changed; `change` gets the index, so that one address can be singled out. */
export function changeSessions(
  observation: EndpointObservation,
  change: (session: AddressSession, index: number) => Partial<AddressSession>,
): EndpointObservation {
  return {
    ...observation,
    sessions: observation.sessions.map((session, index) => ({ ...session, ...change(session, index) })),
  };
}

/** The observation with every session ended by this failure before the first answer. */
export function failSessions(
  observation: EndpointObservation,
  failure: ProbeFailure,
  which: (index: number) => boolean = () => true,
): EndpointObservation {
  return changeSessions(observation, (session, index) =>
    which(index) ? failedSession(observation.endpoint, session.address, failure) : session,
  );
}

/** The observation with these TLSA records, and what else is changed about the answer. */
export function changeTlsa(
  observation: EndpointObservation,
  records: readonly TlsaRecord[],
  change: Partial<DnsLookup<TlsaRecord>> = {},
  resolverPassesSignatures: boolean | null = true,
): EndpointObservation {
  const owner = observation.tlsa?.owner ?? '';
  return {
    ...observation,
    tlsa: {
      owner,
      lookup: { ok: true, facts: { ...lookupOf(owner, 'TLSA', records), ...change } },
      resolverPassesSignatures,
    },
  };
}

const srvPriorities: Readonly<Record<string, number>> = {
  _imaps: 0,
  _imap: 10,
  _pop3s: 0,
  _pop3: 10,
  _submissions: 0,
  _submission: 10,
};

/** One SRV lookup of `example.org`. */
export function srvLookup(label: string, records: readonly SrvRecord[]): SrvLookup {
  const owner = `${label}._tcp.example.org`;
  return { owner, label, lookup: { ok: true, facts: lookupOf(owner, 'SRV', records) } };
}

/** The TLSA lookup of the MX host of `example.org`. */
export function mxTlsaLookup(records: readonly TlsaRecord[], dnssec: Dnssec = notValidated): MxTlsaLookup {
  const owner = `_25._tcp.${host}`;
  return { owner, host, lookup: { ok: true, facts: lookupOf(owner, 'TLSA', records, dnssec) } };
}

/** The servers for submission stand apart from those that take mail. */
const submissionHost = 'submit.example.org';

/** `example.org`, whose SRV and MX records lead to hosts with addresses, and all else that it publishes says the same. */
export function healthyDomain(): DomainObservation {
  return { ...olderDomain(), configuration: healthyConfiguration() };
}

/** The same as versions stored it that asked DNS only. */
export function olderDomain(): DomainObservation {
  return {
    domain: 'example.org',
    vantage: 'test',
    startedAt: testNow - 2000,
    finishedAt: testNow - 1000,
    srv: Object.entries(srvPriorities).map(([label, priority]) => {
      const row = serviceTable.find(({ srvLabel }) => srvLabel === label);
      const target = row?.service === 'submission' ? submissionHost : host;
      return srvLookup(label, [{ priority, weight: 1, port: row?.port ?? 0, target }]);
    }),
    mx: { ok: true, facts: lookupOf('example.org', 'MX', [{ preference: 10, exchange: host }]) },
    mxTlsa: [mxTlsaLookup([tlsaOf(testPki.leaf)])],
    hosts: [
      { host, addresses: { ok: true, facts: testAddresses } },
      { host: submissionHost, addresses: { ok: true, facts: ['192.0.2.2'] } },
    ],
    endpoints: [{ target: testEndpoint(), origin: 'srv', priority: 0, weight: 1 }],
  };
}

/** The domain with the records of one SRV label replaced. */
export function changeSrv(label: string, records: readonly SrvRecord[]): DomainObservation {
  const domain = healthyDomain();
  return { ...domain, srv: domain.srv.map((one) => (one.label === label ? srvLookup(label, records) : one)) };
}

/** A leaf for the test host that lasts `remainingMs` more of `lifetimeMs`. */
export function leafWith(remainingMs: number, lifetimeMs = 90 * dayMs): TestCertificate {
  const notAfter = testNow + remainingMs;
  return issueCertificate({
    commonName: host,
    dnsNames: [host],
    issuer: intermediate,
    notBefore: notAfter - lifetimeMs,
    notAfter,
  });
}
