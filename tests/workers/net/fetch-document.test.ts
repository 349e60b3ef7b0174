import { performance } from 'node:perf_hooks';
import { createAddressGuard } from '#lib/model/address.ts';
import type { Fetched, HttpDocument } from '#lib/model/observation.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { matchHost } from '#lib/x509/names.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { addressOctets } from '#tests/lib/dns/message-builder.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { startScriptedServer, type ScriptStep } from '#tests/support/scripted-server.ts';
import { startWebServer, type WebPage } from '#tests/support/web-server.ts';
import type { NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { fetchDocument, type FetchOptions } from '#workers/net/fetch-document.ts';
import type { Dial, Query } from '#workers/ports.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';

const loopback = parseCidr('127.0.0.0/8');
if (!loopback.ok) throw new Error(loopback.error);
const guarded = createDial({ guard: createAddressGuard([loopback.value]) });
const certificate = issueCertificate({ commonName: 'web', dnsNames: ['status.example.org'] });
const cleanups: (() => Promise<unknown>)[] = [];

let trust: TrustStore;
let query: Query;
let names: NameServer;
beforeAll(async () => {
  const store = await createTrustStore({ caFile: null });
  if (!store.ok) throw new Error(store.error);
  trust = store.value;
  names = await startZoneServer({
    records: [
      { name: 'status.example.org', type: 'A', data: addressOctets('127.0.0.1') },
      { name: 'other.example.org', type: 'A', data: addressOctets('127.0.0.1') },
      { name: 'private.example.org', type: 'A', data: addressOctets('10.0.0.1') },
      { name: 'first-refused.example.org', type: 'A', data: addressOctets('10.0.0.1') },
      { name: 'first-refused.example.org', type: 'A', data: addressOctets('127.0.0.1') },
    ],
    failing: ['A failing.example.org', 'AAAA failing.example.org'],
  });
  query = createQuery(createPlainLookUp({ servers: [names.server], timeoutMs: 20_000 }));
});
afterAll(() => names.close());
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

/** Documents come from port 443 and 80: the test's servers stand behind those. */
function dialTo(ports: { readonly 443?: number; readonly 80?: number }): Dial {
  return ({ port, ...target }) => {
    const behind = port === 443 ? ports[443] : port === 80 ? ports[80] : undefined;
    if (behind === undefined) throw new Error(`nobody should dial port ${port}`);
    return guarded({ ...target, port: behind });
  };
}

async function serve(page: WebPage) {
  const server = await startWebServer(page, certificate);
  cleanups.push(server.stop);
  return server;
}

function fetchFrom(port: number, options: Partial<FetchOptions> = {}): Promise<Fetched> {
  return fetchDocument({
    url: 'https://status.example.org/page?a=1',
    dial: dialTo({ 443: port }),
    query,
    trust,
    deadline: performance.now() + 20_000,
    maxRedirects: 3,
    ...options,
  });
}

function documentOf(fetched: Fetched): HttpDocument {
  if (!fetched.ok) throw new Error(`${fetched.failure.stage} ${fetched.failure.reason} ${fetched.failure.said ?? ''}`);
  return fetched.facts;
}

async function fetchScripted(
  script: readonly ScriptStep[],
  { patienceMs }: { readonly patienceMs?: number } = {},
): Promise<Fetched> {
  const server = await startScriptedServer([
    { startTls: { cert: certificate.pem, key: certificate.keyPem } },
    ...script,
  ]);
  cleanups.push(server.stop);
  return fetchFrom(server.port, patienceMs === undefined ? {} : { deadline: performance.now() + patienceMs });
}

const asked: readonly ScriptStep[] = [{ expect: /^GET \/page\?a=1 HTTP\/1\.1$/ }];

describe('fetching a document', () => {
  it('gives the document, where it came from and the certificate, trusted or not', async () => {
    const { port, requests } = await serve((_request, response) => {
      response.setHeader('content-type', 'Text/HTML; charset=utf-8').end('all is well: ä');
    });
    const document = documentOf(await fetchFrom(port));
    expect(document).toMatchObject({
      url: 'https://status.example.org/page?a=1',
      address: '127.0.0.1',
      status: 200,
      contentType: 'text/html',
      asksForLogin: false,
      redirects: [],
      body: 'all is well: ä',
      truncated: false,
      tls: { serverName: 'status.example.org', pkix: { trusted: false, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
    });
    expect(requests).toEqual([
      { method: 'GET', path: 'status.example.org/page?a=1', serverName: 'status.example.org', body: '' },
    ]);
    const [leaf] = readChain(document.tls?.chain ?? []);
    expect(matchHost('status.example.org', leaf?.dnsNames ?? [])).toMatchObject({ matches: true });
  });

  it('shows the names of a certificate that is for another host', async () => {
    const { port } = await serve((_request, response) => response.end('hello'));
    const { tls, body } = documentOf(await fetchFrom(port, { url: 'https://other.example.org/' }));
    expect(body).toBe('hello');
    const [leaf] = readChain(tls?.chain ?? []);
    expect(matchHost('other.example.org', leaf?.dnsNames ?? [])).toEqual({ matches: false });
  });

  it.each([
    [401, {}, 'x'],
    [200, { 'www-authenticate': 'Basic realm="x"' }, 'x'],
    [200, {}, '<form><input name="p" type="password"></form>'],
    [200, {}, "<INPUT TYPE='Password'>"],
  ])('sees that a page asks for a login: %i %o %s', async (status, headers, body) => {
    const { port } = await serve((_request, response) => response.writeHead(status, headers).end(body));
    expect(documentOf(await fetchFrom(port))).toMatchObject({ status, asksForLogin: true });
  });

  it('follows redirects, each of which it looks at again', async () => {
    const { port, requests } = await serve(({ path }, response) => {
      if (path.endsWith('/end')) response.end('here');
      else if (path.endsWith('/next')) response.writeHead(307, { location: '//other.example.org/end' }).end();
      else response.writeHead(302, { location: '/next' }).end();
    });
    expect(documentOf(await fetchFrom(port))).toMatchObject({
      url: 'https://other.example.org/end',
      redirects: ['https://status.example.org/page?a=1', 'https://status.example.org/next'],
      body: 'here',
    });
    expect(requests.map(({ serverName }) => serverName)).toEqual([
      'status.example.org',
      'status.example.org',
      'other.example.org',
    ]);
  });

  it.each([
    ['http://status.example.org/', 'request', 'blocked'],
    ['https://private.example.org/', 'connect', 'blocked'],
    ['https://10.0.0.1/', 'connect', 'blocked'],
    ['https://status.example.org:25/', 'connect', 'blocked'],
    ['https://a:b@status.example.org/', 'request', 'blocked'],
    ['file:///etc/passwd', 'request', 'blocked'],
    ['https://nowhere.example.org/', 'resolve', 'nxdomain'],
    ['https://[::1', 'redirect', 'protocol'],
  ])('goes from a redirect to no place that it would not go to itself: %s', async (location, stage, reason) => {
    const { port, requests } = await serve((_request, response) => response.writeHead(301, { location }).end());
    expect(await fetchFrom(port)).toMatchObject({ ok: false, failure: { stage, reason } });
    expect(requests).toHaveLength(1);
  });

  it.each([0, 3])('stops after %i redirects', async (maxRedirects) => {
    const { port, requests } = await serve((_request, response) =>
      response.writeHead(302, { location: '/page' }).end(),
    );
    const fetched = await fetchFrom(port, { maxRedirects });
    expect(fetched).toMatchObject({
      ok: false,
      tls: { serverName: 'status.example.org' },
      failure: { stage: 'redirect', reason: 'limit' },
    });
    expect(fetched.ok ? '' : fetched.failure.said).toContain('https://status.example.org/page');
    expect(requests).toHaveLength(maxRedirects + 1);
  });

  it('sends a form, again after a redirect that keeps the method', async () => {
    const { port, requests } = await serve(({ path }, response) => {
      if (path.endsWith('/end')) response.end('here');
      else
        response
          .writeHead(path.endsWith('/next') ? 302 : 307, { location: path.endsWith('/next') ? '/end' : '/next' })
          .end();
    });
    await fetchFrom(port, { form: { contentType: 'text/xml', body: '<a>ä</a>' } });
    expect(requests.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST <a>ä</a>', 'POST <a>ä</a>', 'GET ']);
  });

  it('uses plain HTTP where it may', async () => {
    const server = await startWebServer((_request, response) => response.end('open'), null);
    cleanups.push(server.stop);
    const options = { url: 'http://status.example.org/', dial: dialTo({ 80: server.port }) };
    expect(documentOf(await fetchFrom(0, { ...options, plainHttp: true }))).toMatchObject({ tls: null, body: 'open' });
    expect(await fetchFrom(0, options)).toMatchObject({ ok: false, failure: { reason: 'blocked' } });
  });

  it('tries the next address where one does not let it connect', async () => {
    const { port } = await serve((_request, response) => response.end('hello'));
    const url = 'https://first-refused.example.org/';
    expect(documentOf(await fetchFrom(port, { url }))).toMatchObject({ address: '127.0.0.1' });
  });

  it('tells a name server that failed from a name that is not there', async () => {
    expect(await fetchFrom(0, { url: 'https://failing.example.org/' })).toMatchObject({
      ok: false,
      failure: { stage: 'resolve', reason: 'temporary' },
    });
  });

  it('counts its connections where that is asked for', async () => {
    const { port, requests } = await serve((_request, response) => response.end('hello'));
    const limited: string[] = [];
    const limit: FetchOptions['limit'] = (address, _deadline, work) => (limited.push(address), work());
    expect(documentOf(await fetchFrom(port, { limit }))).toMatchObject({ body: 'hello' });
    expect(limited).toEqual(['127.0.0.1']);
    expect(await fetchFrom(port, { limit: () => Promise.resolve(null) })).toMatchObject({
      ok: false,
      failure: { reason: 'busy' },
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a server that does not behave', () => {
  it('may send no more than is wanted', async () => {
    const fetched = await fetchScripted([
      ...asked,
      { send: 'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n' },
      { flood: 'x'.repeat(1024) },
    ]);
    const { body, truncated } = documentOf(fetched);
    expect({ length: body.length, truncated }).toEqual({ length: 64 * 1024, truncated: true });
  });

  it('is read in chunks as well', async () => {
    const fetched = await fetchScripted([
      ...asked,
      { send: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n' },
      { send: '2\r\nde\r\n0\r\n\r\n' },
    ]);
    expect(documentOf(fetched)).toMatchObject({ body: 'abcde', truncated: false });
  });

  it.each<[fault: string, script: readonly ScriptStep[], reason: string]>([
    ['closes before it answers', [...asked, { close: true }], 'closed'],
    ['resets the connection', [...asked, { reset: true }], 'reset'],
    ['speaks another protocol', [{ send: '220 mx.example.org ESMTP\r\n' }], 'protocol'],
    ['floods the header', [...asked, { send: 'HTTP/1.1 200 OK\r\n' }, { flood: `x: ${'y'.repeat(500)}\r\n` }], 'limit'],
    ['floods one line', [...asked, { flood: 'HTTP/1.1 200 OK'.repeat(50) }], 'limit'],
    ['never comes to the answer', [...asked, { flood: 'HTTP/1.1 102 Processing\r\n\r\n' }], 'limit'],
    [
      'closes in the middle',
      [...asked, { send: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc' }, { close: true }],
      'closed',
    ],
    [
      'compresses although nobody asked for it',
      [...asked, { send: 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab' }],
      'protocol',
    ],
    [
      'smuggles a second length',
      [...asked, { send: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' }],
      'protocol',
    ],
    [
      'changes to another protocol',
      [...asked, { send: 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n' }],
      'protocol',
    ],
  ])('%s', async (_fault, script, reason) => {
    const fetched = await fetchScripted(script);
    expect(fetched).toMatchObject({
      ok: false,
      url: 'https://status.example.org/page?a=1',
      tls: { serverName: 'status.example.org' },
      failure: { stage: 'request', reason },
    });
  });

  it.each<[silence: string, script: readonly ScriptStep[]]>([
    ['says nothing', asked],
    ['stops in the header', [...asked, { send: 'HTTP/1.1 200 OK\r\nContent-' }]],
    ['stops in the body', [...asked, { send: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc' }]],
    ['drips', [...asked, { drip: `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(500)}`, pauseMs: 20 }]],
  ])('is not waited for when it %s', async (_silence, script) => {
    const fetched = await fetchScripted(script, { patienceMs: 2000 });
    expect(fetched).toMatchObject({ ok: false, failure: { stage: 'request', reason: 'timeout' } });
  });

  it('has TLS, or there is no document', async () => {
    const server = await startScriptedServer([{ send: 'HTTP/1.1 200 OK\r\n\r\nhello' }, { close: true }]);
    cleanups.push(server.stop);
    expect(await fetchFrom(server.port)).toMatchObject({ ok: false, tls: null, failure: { stage: 'handshake' } });
  });
});
