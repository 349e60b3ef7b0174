import type { ServerResponse } from 'node:http';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import { splitDomainObservation } from '#lib/model/span.ts';
import { addressOctets, srvOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { autoconfigXml, autodiscoverXml, healthyPolicy } from '#tests/support/published-configuration.ts';
import { startWebServer } from '#tests/support/web-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import type { Dial } from '#workers/ports.ts';
import { observeConfiguration } from '#workers/probes/configuration.ts';
import { discoverDomain } from '#workers/probes/discover.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';

const loopback = parseCidr('127.0.0.0/8');
if (!loopback.ok) throw new Error(loopback.error);
const guarded = createDial({ guard: createAddressGuard([loopback.value]) });
const certificate = issueCertificate({ commonName: 'web', dnsNames: ['autoconfig.example.org'] });
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

interface Page {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

const txt = (name: string, text: string): RecordToSend => ({
  name,
  type: 'TXT',
  data: [text.length, ...Buffer.from(text, 'latin1')],
});

/** A world in which each host of these pages is at 127.0.0.1, and the ports 443 and 80 are those of the test's web servers. */
async function worldOf(pages: Readonly<Record<string, Page>>, records: readonly RecordToSend[] = []) {
  const serve = (scheme: string) => (request: { readonly path: string }, response: ServerResponse) => {
    const page = pages[`${scheme}://${request.path.replace(/\?.*/, '')}`] ?? { status: 404, body: 'no' };
    response.writeHead(page.status ?? 200, { 'content-type': page.type ?? 'text/xml' }).end(page.body);
  };
  const secure = await startWebServer(serve('https'), certificate);
  const plain = await startWebServer(serve('http'), null);
  const hosts = new Set(Object.keys(pages).map((url) => new URL(url).hostname));
  const names = await startZoneServer({
    records: [
      ...[...hosts].map((host): RecordToSend => ({ name: host, type: 'A', data: addressOctets('127.0.0.1') })),
      ...records,
    ],
  });
  cleanups.push(secure.stop, plain.stop, names.close);
  const trust = await createTrustStore({ caFile: null });
  if (!trust.ok) throw new Error(trust.error);
  const dial: Dial = ({ port, ...target }) =>
    guarded({ ...target, port: port === 443 ? secure.port : port === 80 ? plain.port : port });
  const limited: string[] = [];
  return {
    requests: { secure: secure.requests, plain: plain.requests },
    limited,
    probe: {
      domain: 'example.org',
      query: createQuery(createPlainLookUp({ servers: [names.server], timeoutMs: 20_000 })),
      dial,
      trust: trust.value,
      limit: <T>(address: string, _deadline: number, work: () => Promise<T>) => (limited.push(address), work()),
    },
  };
}

const document = autoconfigXml(['imap imap.example.org 993 SSL', 'smtp smtp.example.org 465 SSL']);
const autoconfigHost = 'https://autoconfig.example.org/mail/config-v1.1.xml';
const wellKnown = 'https://example.org/.well-known/autoconfig/mail/config-v1.1.xml';

describe('the published configuration', () => {
  it('is asked for where clients look, https first, until one place has it', async () => {
    const { probe, requests, limited } = await worldOf({
      'http://autoconfig.example.org/mail/config-v1.1.xml': { body: document },
      'https://example.org/': { body: '' },
    });
    const { autoconfig } = await observeConfiguration(probe);
    expect(
      autoconfig.map((fetched) => (fetched.ok ? `${fetched.facts.status} ${fetched.facts.url}` : fetched.url)),
    ).toEqual([
      `404 ${autoconfigHost}?emailaddress=latchwatch%40example.org`,
      `404 ${wellKnown}`,
      '200 http://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=latchwatch%40example.org',
    ]);
    expect(requests.plain.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET autoconfig.example.org/mail/config-v1.1.xml?emailaddress=latchwatch%40example.org',
    ]);
    expect(limited).toHaveLength(requests.plain.length + requests.secure.length);
  });

  it('asks autodiscover as Outlook does, and stops where a login is wanted', async () => {
    const { probe, requests } = await worldOf({
      'https://example.org/autodiscover/autodiscover.xml': { status: 401, body: 'who are you?' },
      'https://autodiscover.example.org/autodiscover/autodiscover.xml': {
        body: autodiscoverXml(['IMAP imap.example.org 993 on']),
      },
    });
    const { autodiscover } = await observeConfiguration(probe);
    expect(autodiscover).toMatchObject([{ ok: true, facts: { status: 401, asksForLogin: true } }]);
    const posted = requests.secure.filter(({ path }) => path.includes('autodiscover.xml'));
    expect(posted).toHaveLength(1);
    expect(posted[0]?.body).toContain('<EMailAddress>latchwatch@example.org</EMailAddress>');
  });

  it('has the MTA-STS policy and the TXT records, of chains the leaf and of pages the beginning', async () => {
    const { probe } = await worldOf(
      {
        'https://mta-sts.example.org/.well-known/mta-sts.txt': { type: 'text/plain', body: healthyPolicy.join('\n') },
        [autoconfigHost]: { type: 'text/html', body: `<html>${'x'.repeat(9000)}` },
      },
      [
        txt('_mta-sts.example.org', 'v=STSv1; id=1;'),
        txt('_smtp._tls.example.org', 'v=TLSRPTv1; rua=mailto:a@example.org'),
      ],
    );
    const { mtaStsRecord, mtaStsPolicy, tlsRptRecord, autoconfig } = await observeConfiguration(probe);
    expect(mtaStsRecord).toMatchObject({ ok: true, facts: { records: [{ text: 'v=STSv1; id=1;' }] } });
    expect(tlsRptRecord).toMatchObject({
      ok: true,
      facts: { records: [{ text: 'v=TLSRPTv1; rua=mailto:a@example.org' }] },
    });
    expect(mtaStsPolicy).toMatchObject({
      ok: true,
      facts: { body: healthyPolicy.join('\n'), tls: { chain: [certificate.base64], pkix: { trusted: false } } },
    });
    const [page] = autoconfig;
    expect(page?.ok === true ? [page.facts.body.length, page.facts.truncated] : page).toEqual([1024, true]);
  });

  it('follows no redirect to a policy, and asks for one that nobody announces', async () => {
    const policy = 'https://mta-sts.example.org/.well-known/mta-sts.txt';
    const unannounced = await worldOf({ [policy]: { type: 'text/plain', body: healthyPolicy.join('\n') } });
    expect((await observeConfiguration(unannounced.probe)).mtaStsPolicy).toMatchObject({ ok: true });
    const none = await worldOf({ 'https://example.org/': { body: '' } });
    expect((await observeConfiguration(none.probe)).mtaStsPolicy).toBeNull();
  });

  it('is nothing where nothing is', async () => {
    const { probe } = await worldOf({});
    const observed = await observeConfiguration(probe);
    expect([...observed.autoconfig, ...observed.autodiscover].map((fetched) => fetched.ok)).toEqual(
      Array(6).fill(false),
    );
    expect(observed).toMatchObject({
      mtaStsRecord: { ok: true, facts: { rcode: 'NXDOMAIN', records: [] } },
      mtaStsPolicy: null,
      tlsRptRecord: { ok: true, facts: { records: [] } },
    });
  });
});

describe('discovery with the web', () => {
  const srv: RecordToSend = {
    name: '_imaps._tcp.example.org',
    type: 'SRV',
    data: srvOctets({ priority: 0, weight: 1, port: 993, target: 'imap.example.org' }),
  };
  const clock = { now: () => 1_000 };

  it('finds the endpoints that only a document names, and tells that it looked', async () => {
    const { probe } = await worldOf({ [autoconfigHost]: { body: document } }, [srv]);
    const progress: string[] = [];
    const observation = await discoverDomain({
      ...{ domain: probe.domain, query: probe.query, web: probe, clock, vantage: 'here' },
      onProgress: ({ question, outcome, done, total }) =>
        progress.push(`${question}: ${outcome}${done === total ? ', the last' : ''}`),
    });
    expect(observation.endpoints.map(({ target, origin }) => `${origin} ${endpointKey(target)}`)).toEqual([
      'srv imap+implicit://imap.example.org:993',
      'autoconfig submission+implicit://smtp.example.org:465',
    ]);
    expect(progress.at(-1)).toBe('documents of example.org: autoconfig, the last');
  });

  it('changes nothing that is kept when a page or its words change, and something when a server does', async () => {
    const hashOf = async (pages: Readonly<Record<string, Page>>) => {
      const { probe } = await worldOf(pages, [srv]);
      const options = { domain: probe.domain, query: probe.query, web: probe, clock, vantage: 'here' };
      return splitDomainObservation(await discoverDomain(options)).hash;
    };
    const other = { 'https://example.org/': { body: '' } };
    const first = await hashOf({ ...other, [autoconfigHost]: { body: document } });
    expect(await hashOf({ ...other, [autoconfigHost]: { body: `${document}<!-- made at noon -->` } })).toBe(first);
    expect(
      await hashOf({ ...other, [autoconfigHost]: { body: autoconfigXml(['imap imap.example.org 993 SSL']) } }),
    ).not.toBe(first);
  });
});
