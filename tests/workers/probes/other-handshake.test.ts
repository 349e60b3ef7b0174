import type { SecureContextOptions } from 'node:tls';
import { compareTlsa, shownChains } from '#lib/checks/tlsa-facts.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { EndpointObservation, TlsaRecord } from '#lib/model/observation.ts';
import { addressOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { dayMs, issueCertificate, type TestCertificate, type TestKeyType } from '#tests/support/certificates.ts';
import { tlsaOf } from '#tests/support/observations.ts';
import { startScriptedServer, type ScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import type { Dial } from '#workers/ports.ts';
import { probeEndpoint } from '#workers/probes/endpoint.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';

/* A real OpenSSL behind the server chooses among its certificates. */

const host = 'mail.example.test';
const loopback = parseCidr('127.0.0.0/8');
const dial = createDial({ guard: createAddressGuard(loopback.ok ? [loopback.value] : []) });
const issue = (keyType: TestKeyType): TestCertificate =>
  issueCertificate({
    ...{ commonName: host, dnsNames: [host], keyType },
    ...{ notBefore: Date.now() - dayMs, notAfter: Date.now() + 90 * dayMs },
  });
const rsa = issue('rsa');
const ec = issue('ec');
const ed25519 = issue('ed25519');

let server: ScriptedServer | null = null;
let nameServer: NameServer | null = null;

afterEach(async () => {
  await server?.stop();
  await nameServer?.close();
});

const certificatesOf = (certificates: readonly TestCertificate[]): SecureContextOptions => ({
  cert: certificates.map(({ pem }) => pem),
  key: certificates.map(({ keyPem }) => keyPem),
});

/** What a probe sees of an IMAP server with these certificates, and how many connections were open at once. */
async function look(
  options: SecureContextOptions,
  records: readonly TlsaRecord[],
): Promise<EndpointObservation & { readonly connections: number; readonly mostOpen: number }> {
  const script: readonly ScriptStep[] = [
    { startTls: options },
    { send: '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n' },
    { expect: 'a1 LOGOUT' },
    { send: '* BYE\r\na1 OK\r\n' },
    { close: true },
  ];
  server = await startScriptedServer(script);
  const { port } = server;
  nameServer = await startZoneServer({
    records: [
      { name: host, type: 'A', data: addressOctets('127.0.0.1') },
      ...records.map(({ usage, selector, matchingType, data }): RecordToSend => ({
        name: `_${port}._tcp.${host}`,
        type: 'TLSA',
        data: [usage, selector, matchingType, ...Buffer.from(data, 'hex')],
      })),
    ],
  });
  const trust = await createTrustStore({ caFile: null });
  if (!trust.ok) throw new Error(trust.error);
  let open = 0;
  let mostOpen = 0;
  let connections = 0;
  const counting: Dial = async (to) => {
    const connection = await dial(to);
    if (!connection.ok) return connection;
    connections += 1;
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    connection.facts.once('close', () => (open -= 1));
    return connection;
  };
  const observation = await probeEndpoint({
    target: { service: 'imap', tlsMode: 'implicit', host, port },
    query: createQuery(createPlainLookUp({ servers: [nameServer.server], timeoutMs: 5000 })),
    resolverPassesSignatures: async () => Promise.resolve(true),
    dial: counting,
    limit: async (_address, _deadline, work) => work(),
    trust: trust.value,
    clock: { now: () => Date.now() },
    vantage: 'test-bench',
  });
  return { ...observation, connections, mostOpen };
}

function seenOf({ sessions }: EndpointObservation): readonly (readonly [string, string])[] {
  return sessions.flatMap(shownChains).map(({ leaf, keyName }) => [keyName, Buffer.from(leaf.der).toString('base64')]);
}

describe('a server with an RSA and an ECDSA certificate', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('shows both, one after the other, with %s', async (version) => {
    const options = { ...certificatesOf([rsa, ec]), minVersion: version, maxVersion: version };
    const observation = await look(options, [tlsaOf(ec)]);
    expect(new Map(seenOf(observation))).toEqual(
      new Map([
        ['RSA', rsa.base64],
        ['ECDSA', ec.base64],
      ]),
    );
    expect(observation).toMatchObject({ connections: 2, mostOpen: 1, sessions: [{ failure: null }] });
  });

  it('has each of them compared with the records', async () => {
    const observation = await look(certificatesOf([rsa, ec]), [tlsaOf(ec)]);
    const matching = observation.sessions.flatMap(shownChains).map(({ tls, keyName }) => ({
      keyName,
      outcomes: compareTlsa(observation, tls, Date.now()).outcomes.map(({ kind }) => kind),
    }));
    expect(matching).toEqual(
      expect.arrayContaining([
        { keyName: 'RSA', outcomes: ['no-match'] },
        { keyName: 'ECDSA', outcomes: ['match'] },
      ]),
    );
  });

  it('is asked once where there is nothing to compare with', async () => {
    const observation = await look(certificatesOf([rsa, ec]), []);
    expect(observation.connections).toBe(1);
    expect(observation.sessions[0]).not.toHaveProperty('otherHandshake');
  });
});

describe('a server with one certificate', () => {
  it.each([
    ['RSA', rsa, 'ec'],
    ['ECDSA', ec, 'rsa'],
    ['Ed25519', ed25519, 'rsa'],
  ])('of %s refuses the other kind, and nothing is wrong with that', async (_name, certificate, offered) => {
    const { sessions } = await look(certificatesOf([certificate]), [tlsaOf(certificate)]);
    expect(sessions).toMatchObject([
      {
        failure: null,
        tls: { chain: [certificate.base64] },
        otherHandshake: { offered, tls: { ok: false, failure: { stage: 'handshake', reason: 'tls' } } },
      },
    ]);
  });

  it('that knows only TLS 1.2 and RSA key exchange does not show it twice', async () => {
    const options = { ...certificatesOf([rsa]), maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' } as const;
    const { sessions } = await look(options, [tlsaOf(rsa)]);
    expect(sessions).toMatchObject([{ failure: null, otherHandshake: { tls: { ok: false } } }]);
  });
});
