// First: Next's own parts look for what it sets up when they are loaded.
import { z } from 'zod';
import { inRequest } from '#tests/app/support/request-scope.ts';
import { isValidElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { probeDomainAction } from '#app/_actions/domains.ts';
import { GET } from '#app/(console)/domains/[name]/export/route.ts';
import DomainPage from '#app/(console)/domains/[name]/page.tsx';
import ReportPage from '#app/(console)/domains/[name]/report/page.tsx';
import { serviceTable } from '#lib/model/endpoint.ts';
import type { Role } from '#lib/model/role.ts';
import { requestDiscovery } from '#prisma/commands/domains.ts';
import { call, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { createEngine } from '#tests/support/engine.ts';
import { memberOf } from '#tests/support/member-of.ts';
import {
  changeSessions,
  healthyDomain,
  healthyEndpoint,
  lookupOf,
  testEndpoint,
  testPki,
  trustedTls,
} from '#tests/support/observations.ts';

const exported = z.object({
  domain: z.string(),
  srv: z.array(z.object({ target: z.string().nullable(), reality: z.object({ state: z.string() }) })),
  findings: z.array(z.object({ code: z.string() })),
});

let app: ConsoleUnderTest;
let domainId: string;
const cookies = new Map<Role, string>();

/** IMAP shows a certificate for another name; all else is as told. */
const misnamed = issueCertificate({ commonName: 'x', dnsNames: ['old.example.net'], issuer: testPki.intermediate });

beforeAll(async () => {
  app = await openConsole();
  const engine = createEngine(app.database);
  ({ domainId } = await engine.watch());
  engine.sight.probe = ({ target }) => {
    const seen = healthyEndpoint(target);
    const isImaps = target.service === 'imap' && target.tlsMode === 'implicit';
    return isImaps ? changeSessions(seen, () => ({ tls: trustedTls([misnamed, testPki.intermediate]) })) : seen;
  };
  engine.sight.domain = () => ({
    ...healthyDomain(),
    mx: {
      ok: true,
      facts: {
        ...lookupOf('example.org', 'MX', [{ preference: 10, exchange: 'mail.example.org' }]),
        zone: 'example.org',
      },
    },
    endpoints: serviceTable
      .filter(({ service }) => service === 'imap')
      .map(({ service, tlsMode }) => {
        return { target: testEndpoint(service, tlsMode), origin: 'srv', priority: 0, weight: 1 } as const;
      }),
  });
  await app.database.$transaction((tx) => requestDiscovery(tx, { domainId, actor: 'test', now: new Date() }));
  await engine.runDue('discover');
  await engine.runAll('probe');
  await engine.runAll('zone');
  await app.database.task.deleteMany();
  for (const role of ['viewer', 'operator'] as const) cookies.set(role, await app.session(role));
});
afterAll(async () => {
  await app.close();
});

const headersOf = (role: Role) => ({ cookie: cookies.get(role) ?? '', origin: publicUrl });
const params = () => Promise.resolve({ name: 'example.org' });

async function show(page: () => Promise<unknown>, role: Role = 'operator'): Promise<string> {
  const outcome = await inRequest({ headers: headersOf(role) }, page);
  if (outcome.how === 'threw') throw outcome.error;
  if (outcome.how !== 'answered' || !isValidElement(outcome.value)) throw new Error(outcome.how);
  return renderToStaticMarkup(outcome.value);
}
const textOf = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

test('says in words where a server is not as its record tells, by both packs, down to the chain of trust', async () => {
  const html = await show(() => DomainPage({ params: params() }));
  const text = textOf(html);
  expect(text).toContain('Was: not as told the certificate is not for this name but for old.example.net');
  expect(text).toContain('Was: as told the port is open, STARTTLS works (TLSv1.3) the certificate names the host');
  expect(text).toContain('Chain of trust');
  expect(text).toContain('Which signatures expire first');
  expect(text).toMatch(/By the draft of 2015 \d+ \w+/);
  expect(html).toContain('href="/domains/example.org/export"');
});

test('offers to probe all of it only to who may, and then every endpoint is due', async () => {
  expect(await show(() => DomainPage({ params: params() }), 'viewer')).not.toContain('Probe all now');
  const form = new FormData();
  form.set('domainId', domainId);
  const refused = await inRequest({ headers: headersOf('viewer') }, () => probeDomainAction(null, form));
  expect(memberOf(memberOf(refused, 'value'), 'ok')).toBe(false);
  expect(await app.database.task.count({ where: { kind: 'probe' } })).toBe(0);
  const done = await inRequest({ headers: headersOf('operator') }, () => probeDomainAction(null, form));
  expect(memberOf(memberOf(done, 'value'), 'ok')).toBe(true);
  const endpoints = await app.database.domainEndpoint.count({ where: { domainId, removedAt: null } });
  expect(await app.database.task.count({ where: { kind: 'probe' } })).toBe(endpoints);
  await app.database.task.deleteMany();
});

test('the report for paper has findings open, with expected, got, the draft and the command', async () => {
  const text = textOf(await show(() => ReportPage({ params: params() }), 'viewer'));
  expect(text).toContain('Report on example.org');
  expect(text).toContain('openssl s_client');
  expect(text).toMatch(/Draft, section [\d.]+: /);
});

test('the export has the same as JSON, with the name of the domain in that of the file', async () => {
  const read = await app.token('inventory:read');
  const response = await call(GET, { params: { name: 'example.org' }, headers: { authorization: `Bearer ${read}` } });
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="latchwatch-example\.org-/);
  const report = exported.parse(await response.json());
  expect(report.domain).toBe('example.org');
  expect(report.srv).toContainEqual({ target: 'mail.example.org:993', reality: { state: 'drift' } });
  expect(report.findings).toContainEqual({ code: 'certificate-name-mismatch' });
  const unknown = await call(GET, {
    params: { name: 'nowhere.example' },
    headers: { authorization: `Bearer ${read}` },
  });
  expect(unknown.status).toBe(404);
});
