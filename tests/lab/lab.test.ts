import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findFinding } from '#lib/checks/registry.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';
import { dnsAddresses } from './addresses.ts';
import { converse, dig, viewTls, type TlsView } from './clients.ts';
import { labDomain, labDomains, unsettledDomains } from './domains.ts';
import { mailPorts, type LabServer, type MailService } from './domain-types.ts';
import type { Lab } from './lab.ts';
import { accepts } from './ports.ts';

/* The lab really has the faults that its table promises, seen with clients that are not the product. */

const dayMs = 86_400_000;
const resolver = dnsAddresses.resolver;
const implicitServices = ['imaps', 'pop3s', 'submissions'] as const satisfies readonly MailService[];

let lab: Lab;
let ca: string;

beforeAll(async () => {
  lab = await sharedLab();
  ca = readFileSync(lab.environment['LATCHWATCH_CA_FILE'] ?? '', 'utf8');
});

function serverOf(domain: string, index = 0): LabServer {
  const server = labDomain(domain).servers[index];
  if (server === undefined) throw new Error(`${domain} has no server ${index}`);
  return server;
}

function look(server: LabServer, service: (typeof implicitServices)[number]): Promise<TlsView> {
  return viewTls({ address: server.address, port: mailPorts[service], host: server.hosts[0] ?? '', ca });
}

async function lookEverywhere(domain: string, index = 0): Promise<readonly TlsView[]> {
  const server = serverOf(domain, index);
  return Promise.all(implicitServices.map((service) => look(server, service)));
}

function daysLeft(view: TlsView): number {
  return (Date.parse(view.chain[0]?.validTo ?? '') - Date.now()) / dayMs;
}

/** Data of a TLSA 3 1 1 record for the certificate that was served. */
function publicKeyDigest(view: TlsView): string {
  const key = view.chain[0]?.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256')
    .update(key ?? '')
    .digest('hex');
}

function names(view: TlsView): string | undefined {
  return view.chain[0]?.subjectAltName;
}

describe('certificates', () => {
  const untouched = labDomains.filter(({ name }) => !unsettledDomains.includes(name));
  const good = untouched.filter(
    ({ servers }) =>
      servers.length > 0 &&
      servers.every(({ certificate, quirks }) => certificate === 'good' && !quirks.includes('old-tls-only')) &&
      implicitServices.some((service) => servers[0]?.services.includes(service) === true),
  );

  test.each(good.map((domain) => domain.name))('%s serves a good chain for its host', async (name) => {
    const server = serverOf(name);
    // What Postfix was not reloaded for is another test's.
    const unlike = server.quirks.includes('smtp-not-reloaded') ? ['submissions'] : [];
    for (const service of implicitServices) {
      if (!server.services.includes(service) || unlike.includes(service)) continue;
      const view = await look(server, service);
      expect(view.error).toBeNull();
      expect(view.chain).toHaveLength(2);
      expect(names(view)).toContain(`DNS:${server.hosts[0] ?? ''}`);
      expect(daysLeft(view)).toBeGreaterThan(70);
    }
  });

  test('expired.test expired 5 days ago', async () => {
    for (const view of await lookEverywhere('expired.test')) {
      expect(view.error).toBe('CERT_HAS_EXPIRED');
      expect(Math.round(daysLeft(view))).toBe(-5);
    }
  });

  test('expiring.test is trusted and has 3 days left', async () => {
    for (const view of await lookEverywhere('expiring.test')) {
      expect(view.error).toBeNull();
      expect(daysLeft(view)).toBeGreaterThan(2);
      expect(daysLeft(view)).toBeLessThanOrEqual(3);
    }
  });

  test('wrong-name.test is trusted and for another host', async () => {
    for (const view of await lookEverywhere('wrong-name.test')) {
      expect(view.error).toBeNull();
      expect(names(view)).toBe('DNS:mail.elsewhere.test');
    }
  });

  test('self-signed.test vouches for itself', async () => {
    for (const view of await lookEverywhere('self-signed.test')) {
      expect(view.error).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
      expect(view.chain).toHaveLength(1);
    }
  });

  test('missing-intermediate.test sends its leaf alone', async () => {
    for (const view of await lookEverywhere('missing-intermediate.test')) {
      expect(view.error).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      expect(view.chain).toHaveLength(1);
    }
  });

  test('old-address.test has another key and an expired certificate at its second address', async () => {
    const { records } = await dig(resolver, 'mail.old-address.test', 'A');
    const addresses = labDomain('old-address.test').servers.map((server) => server.address);
    expect(records.map((record) => record.split(' ')[2])).toEqual(addresses);
    const [current, old] = [await lookEverywhere('old-address.test', 0), await lookEverywhere('old-address.test', 1)];
    expect(current.map((view) => view.error)).toEqual([null, null, null]);
    expect(old.map((view) => view.error)).toEqual(Array(3).fill('CERT_HAS_EXPIRED'));
    const key = (view: TlsView | undefined): unknown => view?.chain[0]?.publicKey.export({ format: 'jwk' });
    expect(key(old[0])).not.toEqual(key(current[0]));
  });
});

describe('DNS', () => {
  const served = labDomains.filter((domain) => domain.dnssec !== 'bogus');

  test.each(served)('$name is served, and validated exactly when it is signed', async (domain) => {
    const view = await dig(resolver, domain.name, 'MX');
    expect(view.records).toEqual(domain.records.filter((record) => record.startsWith(`${domain.name}. MX `)));
    expect(view.records).toHaveLength(1);
    expect(view.ad).toBe(domain.dnssec === 'secure');
  });

  test('ds-mismatch.test is refused by a resolver that validates, and its server has it', async () => {
    expect(await dig(resolver, 'ds-mismatch.test', 'MX')).toMatchObject({ status: 'SERVFAIL', records: [] });
    const { records } = await dig(dnsAddresses.zones, 'ds-mismatch.test', 'MX');
    expect(records).toEqual(['ds-mismatch.test. MX 10 mail.ok.test.']);
  });

  test('stale-secondary.test has an older zone on its second server, and ok.test the same one', async () => {
    const serial = async (server: string, zone: string): Promise<string | undefined> =>
      (await dig(server, zone, 'SOA')).records[0]?.split(' ')[4];
    const both = (zone: string): Promise<readonly (string | undefined)[]> =>
      Promise.all([dnsAddresses.zones, dnsAddresses.second].map((server) => serial(server, zone)));
    expect(await both('stale-secondary.test')).toEqual(['2', '1']);
    expect(await both('ok.test')).toEqual(['2', '2']);
  });

  test('tlsa-intermediate.test pins the authority that issued its certificate, not the certificate', async () => {
    const [, issuer] = (await look(serverOf('tlsa-intermediate.test'), 'imaps')).chain;
    const digest = createHash('sha256').update(issuer?.publicKey.export({ type: 'spki', format: 'der' }) ?? '');
    const { records } = await dig(resolver, '_993._tcp.mail.tlsa-intermediate.test', 'TLSA');
    expect(records).toEqual([
      `_993._tcp.mail.tlsa-intermediate.test. TLSA 2 1 1 ${digest.digest('hex').toUpperCase()}`,
    ]);
  });

  test('ok.test publishes all services, implicit TLS first', async () => {
    const srv = async (label: string): Promise<readonly string[]> =>
      (await dig(resolver, `${label}._tcp.ok.test`, 'SRV')).records;
    expect(await srv('_imaps')).toEqual(['_imaps._tcp.ok.test. SRV 0 1 993 mail.ok.test.']);
    expect(await srv('_imap')).toEqual(['_imap._tcp.ok.test. SRV 10 1 143 mail.ok.test.']);
    expect(await srv('_pop3s')).toEqual(['_pop3s._tcp.ok.test. SRV 20 1 995 mail.ok.test.']);
    expect(await srv('_pop3')).toEqual(['_pop3._tcp.ok.test. SRV 30 1 110 mail.ok.test.']);
    expect(await srv('_submissions')).toEqual(['_submissions._tcp.ok.test. SRV 0 1 465 mail.ok.test.']);
    expect(await srv('_submission')).toEqual(['_submission._tcp.ok.test. SRV 10 1 587 mail.ok.test.']);
  });

  test.each([
    { name: 'ok.test', ad: true, matches: true },
    { name: 'renewal.test', ad: true, matches: true },
    { name: 'tlsa-mismatch.test', ad: true, matches: false },
    { name: 'tlsa-unsigned.test', ad: false, matches: true },
  ])('TLSA of $name: validated $ad, matches what is served $matches', async ({ name, ad, matches }) => {
    for (const service of implicitServices) {
      const served = publicKeyDigest(await look(serverOf(name), service));
      const view = await dig(resolver, `_${mailPorts[service]}._tcp.mail.${name}`, 'TLSA');
      expect(view.ad).toBe(ad);
      expect(view.records).toHaveLength(1);
      expect(view.records[0]?.toLowerCase().endsWith(` tlsa 3 1 1 ${served}`)).toBe(matches);
    }
  });

  test('the root, test. and the zones are three servers with referrals between them', async () => {
    const trace = await dig(dnsAddresses.root, 'mail.ok.test', 'A');
    expect(trace).toMatchObject({ status: 'NOERROR', records: [] });
    expect((await dig(dnsAddresses.topLevel, 'mail.ok.test', 'A')).records).toEqual([]);
    expect((await dig(dnsAddresses.zones, 'mail.ok.test', 'A')).records).toHaveLength(1);
  });

  test('dead-srv.test leads IMAP over TLS to an address where nobody listens', async () => {
    const { records } = await dig(resolver, '_imaps._tcp.dead-srv.test', 'SRV');
    expect(records).toEqual(['_imaps._tcp.dead-srv.test. SRV 0 1 993 gone.dead-srv.test.']);
    const address = (await dig(resolver, 'gone.dead-srv.test', 'A')).records[0]?.split(' ')[2] ?? '';
    expect(address).toMatch(/^127\.80\./);
    expect(await accepts(address, 993)).toBe(false);
  });

  test('dangling-srv.test leads IMAP over TLS to a name that does not exist', async () => {
    const { records } = await dig(resolver, '_imaps._tcp.dangling-srv.test', 'SRV');
    expect(records).toEqual(['_imaps._tcp.dangling-srv.test. SRV 0 1 993 missing.dangling-srv.test.']);
    expect((await dig(resolver, 'missing.dangling-srv.test', 'A')).status).toBe('NXDOMAIN');
  });

  test('no-srv.test has the well-known names and no SRV', async () => {
    for (const label of ['_imaps', '_imap', '_pop3s', '_pop3', '_submissions', '_submission']) {
      expect((await dig(resolver, `${label}._tcp.no-srv.test`, 'SRV')).records).toEqual([]);
    }
    for (const host of ['mail', 'imap', 'pop', 'smtp']) {
      expect((await dig(resolver, `${host}.no-srv.test`, 'A')).records).toHaveLength(1);
    }
  });

  test('not-offered.test says that there is no POP3, and there is none', async () => {
    for (const service of ['pop3', 'pop3s'] as const) {
      const { records } = await dig(resolver, `_${service}._tcp.not-offered.test`, 'SRV');
      expect(records).toEqual([`_${service}._tcp.not-offered.test. SRV 0 0 0 .`]);
      expect(await accepts(serverOf('not-offered.test').address, mailPorts[service])).toBe(false);
    }
  });

  test('equal-priority.test prefers IMAP with STARTTLS as much as implicit TLS', async () => {
    const priority = async (label: string): Promise<string | undefined> =>
      (await dig(resolver, `${label}._tcp.equal-priority.test`, 'SRV')).records[0]?.split(' ')[2];
    expect(await priority('_imap')).toBe('0');
    expect(await priority('_imaps')).toBe('0');
  });

  test('wrong-protocol.test leads IMAP over TLS to POP3', async () => {
    const { records } = await dig(resolver, '_imaps._tcp.wrong-protocol.test', 'SRV');
    expect(records).toEqual(['_imaps._tcp.wrong-protocol.test. SRV 0 1 995 mail.wrong-protocol.test.']);
  });
});

describe('dialogues', () => {
  test('ok.test speaks every protocol and takes no password before TLS', async () => {
    const { address } = serverOf('ok.test');
    const imap = await converse(address, 143, ['a CAPABILITY', 'b LOGOUT']);
    expect(imap).toContain('STARTTLS LOGINDISABLED');
    expect(imap).toContain('b OK');
    const pop3 = await converse(address, 110, ['CAPA', 'QUIT']);
    expect(pop3).toContain('\r\nSTLS\r\n');
    expect(pop3).not.toContain('\r\nUSER\r\n');
    const submission = await converse(address, 587, ['EHLO client.test', 'QUIT']);
    expect(submission).toContain('250-STARTTLS\r\n');
    expect(submission).not.toContain('AUTH');
    expect(await converse(address, 25, ['EHLO client.test', 'QUIT'])).toMatch(
      /^220 mail\.ok\.test ESMTP[^]*250-STARTTLS/,
    );
  });

  test('plaintext-login.test takes passwords before TLS', async () => {
    const { address } = serverOf('plaintext-login.test');
    const imap = await converse(address, 143, ['a CAPABILITY', 'b LOGOUT']);
    expect(imap).toContain('AUTH=PLAIN');
    expect(imap).not.toContain('LOGINDISABLED');
    expect(await converse(address, 110, ['CAPA', 'QUIT'])).toContain('\r\nUSER\r\n');
    expect(await converse(address, 587, ['EHLO client.test', 'QUIT'])).toContain('AUTH PLAIN');
  });

  test('broken-starttls.test advertises STARTTLS and then breaks it, each protocol in its way', async () => {
    const { address } = serverOf('broken-starttls.test');
    const imap = await converse(address, 143, ['a CAPABILITY', 'b STARTTLS', 'never read']);
    expect(imap).toContain('CAPABILITY IMAP4rev1 STARTTLS');
    expect(imap).toMatch(/b OK begin TLS\r\n$/);
    const pop3 = await converse(address, 110, ['CAPA', 'STLS', 'a ClientHello']);
    expect(pop3).toMatch(/\r\nSTLS\r\n[^]*\+OK begin TLS\r\nthis is not TLS\r\n$/);
    const submission = await converse(address, 587, ['EHLO client.test', 'STARTTLS', 'QUIT']);
    expect(submission).toMatch(/250-STARTTLS\r\n[^]*454 4\.7\.0/);
  });
});

describe('changing the lab', () => {
  test('a certificate expires and is renewed, with the same key, on every port', async () => {
    const before = await lookEverywhere('spare.test');
    await lab.expireCertificate('spare.test');
    const expired = await lookEverywhere('spare.test');
    await lab.renewCertificate('spare.test');
    const renewed = await lookEverywhere('spare.test');
    expect(expired.map((view) => view.error)).toEqual(Array(3).fill('CERT_HAS_EXPIRED'));
    expect(renewed.map((view) => view.error)).toEqual([null, null, null]);
    const keys = [before, expired, renewed].map((views) => views[0]?.chain[0]?.publicKey.export({ format: 'jwk' }));
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
  });

  test.each(['imaps', 'submission'] as const)('%s stops alone and starts again', async (service) => {
    const { address } = serverOf('spare.test');
    const others = (['imap', 'pop3s', 'submissions', 'smtp'] as const).map((one) => mailPorts[one]);
    await lab.stopService('spare.test', service);
    const whileStopped = await Promise.all([mailPorts[service], ...others].map((port) => accepts(address, port)));
    await lab.startService('spare.test', service);
    expect(whileStopped).toEqual([false, true, true, true, true]);
    expect(await accepts(address, mailPorts[service])).toBe(true);
  });

  test('a service that the domain does not have cannot be stopped', async () => {
    await expect(lab.stopService('not-offered.test', 'pop3')).rejects.toThrow('not-offered.test has no pop3');
  });
});

test('every finding that the table expects exists', () => {
  const codes = labDomains.flatMap((domain) => domain.expected.map((expected) => expected.code));
  expect(codes.filter((code) => findFinding(code) === undefined)).toEqual([]);
});
