import { performance } from 'node:perf_hooks';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { postDocument, type Posted, type PostPorts } from '#workers/channels/post-document.ts';
import { createDial } from '#workers/net/dial.ts';
import { dayMs, issueAuthority, issueCertificate, type TestCertificate } from '#tests/support/certificates.ts';
import { startWebServer, type WebPage, type WebServer } from '#tests/support/web-server.ts';

const dates = { notBefore: Date.now() - dayMs, notAfter: Date.now() + dayMs };
const authority = issueAuthority('Hook Root', dates);
const good = issueCertificate({ ...dates, commonName: 'hook.example', dnsNames: ['hook.example'], issuer: authority });
const stranger = issueCertificate({ ...dates, commonName: 'hook.example', dnsNames: ['hook.example'] });
const expired = issueCertificate({
  ...{ commonName: 'hook.example', dnsNames: ['hook.example'], issuer: authority },
  ...{ notBefore: Date.now() - 2 * dayMs, notAfter: Date.now() - dayMs },
});

const loopback = parseCidr('127.0.0.0/8');
if (!loopback.ok) throw new Error(loopback.error);

function ports(allow: 'loopback' | 'nothing' = 'loopback'): PostPorts {
  return {
    dial: createDial({
      guard: createAddressGuard(allow === 'nothing' ? [] : [loopback.ok ? loopback.value : never()]),
    }),
    lookup: (host) =>
      host.endsWith('.example') ? Promise.resolve(['127.0.0.1']) : Promise.reject(new Error('ENOTFOUND')),
    trusted: [authority.pem],
    isPublic: (address) => !address.startsWith('127.'),
  };
}

function never(): never {
  throw new Error('checked above');
}

async function post(
  server: WebServer,
  options: { readonly scheme?: 'http' | 'https'; readonly host?: string; readonly ports?: PostPorts } = {},
) {
  const { scheme = 'https', host = 'hook.example' } = options;
  const url = `${scheme}://${host}:${String(server.port)}/hook?a=b`;
  const document = { contentType: 'application/json', body: '{"täglich":1}', headers: { 'x-test': 'yes' } };
  return postDocument({ url, document, deadline: performance.now() + 20_000 }, options.ports ?? ports());
}

function errorOf(posted: Posted): string {
  return posted.ok ? '' : posted.error;
}

async function withServer(
  certificate: TestCertificate | null,
  work: (server: WebServer) => Promise<void>,
  page: WebPage = (_request, response) => response.end('ok'),
): Promise<void> {
  const server = await startWebServer(page, certificate);
  await work(server);
  await server.stop();
}

describe('a posted document', () => {
  it('arrives over verified TLS, whole, with its headers', () =>
    withServer(good, async (server) => {
      expect(await post(server)).toEqual({ ok: true });
      expect(server.requests).toMatchObject([{ method: 'POST', serverName: 'hook.example', body: '{"täglich":1}' }]);
      expect(server.requests[0]?.path).toMatch(/\/hook\?a=b$/);
    }));

  it.each([
    ['that nobody vouches for', stranger, 'hook.example'],
    ['that is too old', expired, 'hook.example'],
    ['of another name', good, 'other.example'],
  ])('is not given to a certificate %s', (_what, certificate, host) =>
    withServer(certificate, async (server) => {
      const posted = await post(server, { host });
      expect(posted).toMatchObject({ ok: false, status: null });
      expect(errorOf(posted)).toMatch(/^TLS with /);
      expect(server.requests).toHaveLength(0);
    }),
  );

  it('goes over plain HTTP only where the address is not public', () =>
    withServer(null, async (server) => {
      expect(await post(server, { scheme: 'http' })).toEqual({ ok: true });
      const public_ = { ...ports(), isPublic: () => true };
      expect(await post(server, { scheme: 'http', ports: public_ })).toMatchObject({
        ok: false,
        error: '127.0.0.1 is public: only https goes there',
      });
      expect(server.requests).toHaveLength(1);
    }));

  it('goes to no private address that is not allowed, by whatever name', () =>
    withServer(good, async (server) => {
      for (const host of ['hook.example', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]']) {
        const posted = await post(server, { host, ports: ports('nothing') });
        expect(errorOf(posted)).toContain('LATCHWATCH_ALLOW_ADDRESSES');
      }
      expect(server.requests).toHaveLength(0);
    }));

  it('follows no redirect, and says what the receiver said', () =>
    withServer(
      good,
      async (server) => {
        expect(await post(server)).toEqual({ ok: false, status: 302, error: 'hook.example answered 302: elsewhere' });
        expect(server.requests).toHaveLength(1);
      },
      (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end('elsewhere'),
    ));

  it('that has nowhere to go is data, not a defect', () =>
    withServer(good, async (server) => {
      expect(errorOf(await post(server, { host: 'nowhere.invalid' }))).toContain('ENOTFOUND');
    }));
});
