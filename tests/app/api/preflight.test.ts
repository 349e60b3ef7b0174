import { z } from 'zod';
import { preflightReport } from '#lib/model/preflight-schema.ts';
import type { PreflightOutcome } from '#lib/planner/preflight-outcome.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';
import { joinPreflight, type PreflightVerdict } from '#lib/planner/preflight.ts';
import * as single from '#app/api/v1/preflight/[id]/route.ts';
import * as route from '#app/api/v1/preflight/route.ts';
import { bearer, call, openConsole, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { issueCertificate, testNow } from '#tests/support/certificates.ts';
import { createEngine } from '#tests/support/engine.ts';
import { until } from '#tests/support/until.ts';

let app: ConsoleUnderTest;
let headers: Record<string, string>;

beforeAll(async () => {
  app = await openConsole();
  headers = bearer(await app.token('preflight:run'));
});
afterAll(() => app.close());

const leaf = issueCertificate({ commonName: 'mail.example.org', dnsNames: ['mail.example.org'] });
const body = { certificate: leaf.pem, host: 'Mail.Example.org', port: 993 };

function outcome(verdict: PreflightVerdict): PreflightOutcome {
  const reasons = [{ verdict, code: 'seen-in-a-test', text: 'It is so.', fix: null }];
  const part = { reasons, breaks: 3, atRisk: 1, unknownShare: 0.5, earliestSafe: null, expiresAt: testNow };
  return { report: preflightReport(joinPreflight([part])), seen: [] };
}

const answered = z.looseObject({ id: z.string(), verdict: z.string().nullable() });

/** Asks, while a worker answers so. */
async function ask(
  json: unknown,
  options: { readonly query?: string; readonly worker?: (request: PreflightRequest) => PreflightOutcome } = {},
) {
  const engine = createEngine(app.database);
  engine.sight.preflight = options.worker ?? (() => outcome('pass'));
  const asked = call(route.POST, { method: 'POST', headers, json, path: `/api/v1/preflight${options.query ?? ''}` });
  await until(async () => ((await engine.runDue('preflight')) > 0 ? true : null));
  const response = await asked;
  return { status: response.status, response, json: z.looseObject({}).parse(await response.json()) };
}

describe('POST /api/v1/preflight', () => {
  it('answers for a certificate at a host and port, and keeps the answer', async () => {
    const requests: PreflightRequest[] = [];
    const worker = (request: PreflightRequest) => {
      requests.push(request);
      return outcome('warn');
    };
    const { status, response, json } = await ask(body, { worker });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...{ verdict: 'warn', breaks: 3, at_risk: 1, unknown_share: 0.5, earliest_safe: null, error: null },
      reasons: [{ code: 'seen-in-a-test', text: 'It is so.' }],
      requested_by: 'poller',
    });
    expect(requests).toEqual([
      {
        changes: [{ op: 'new_certificate', pem: leaf.pem, hosts: ['mail.example.org'], ports: [993] }],
        service: null,
      },
    ]);
    const { id } = answered.parse(json);
    expect(response.headers.get('location')).toBe(`/api/v1/preflight/${id}`);
    const again = await call(single.GET, { headers, params: { id } });
    expect(await again.json()).toEqual(json);
  });

  it('takes a list of changes', async () => {
    const change = { op: 'disable_tls', versions: ['1.0', '1.1'], hosts: ['mail.example.org'] };
    expect(await ask({ change: [change] })).toMatchObject({ status: 200, json: { verdict: 'pass' } });
  });

  it.each([
    ['block', '?fail_on=block', 409],
    ['warn', '?fail_on=block', 200],
    ['unknown', '?fail_on=block', 200],
    ['warn', '?fail_on=warn', 409],
    ['unknown', '?fail_on=warn', 409],
    ['pass', '?fail_on=warn', 200],
    ['block', '', 200],
  ] as const)('gives %s with "%s" as %i, with the verdict', async (verdict, query, status) => {
    expect(await ask(body, { query, worker: () => outcome(verdict) })).toMatchObject({ status, json: { verdict } });
  });

  it('answers 202 with the place where the verdict will be when no worker comes in time', async () => {
    const prefer = { ...headers, prefer: 'respond-async, wait=0' };
    const response = await call(route.POST, { method: 'POST', headers: prefer, json: body });
    expect(response.status).toBe(202);
    const { id, verdict } = answered.parse(await response.json());
    expect([verdict, response.headers.get('location')]).toEqual([null, `/api/v1/preflight/${id}`]);
    await createEngine(app.database).runDue('preflight');
    const later = await call(single.GET, { headers, params: { id } });
    expect(await later.json()).toMatchObject({ verdict: null, error: 'nobody looks here' });
  });

  it('says with 422 what cannot be answered', async () => {
    const worker = () => ({ error: 'Which service listens there is not known: say it.' });
    const { status, json } = await ask(body, { worker });
    expect(status).toBe(422);
    expect(json['detail']).toContain('say it');
  });

  it.each([
    ['a private key', { ...body, certificate: `${leaf.pem}${leaf.keyPem}` }, '/certificate', 'private key'],
    ['what is no certificate', { ...body, certificate: 'hello' }, '/certificate', 'neither'],
    ['a port that is none', { ...body, port: 0 }, '/port', 'port'],
    ['a mode that the service does not have', { ...body, service: 'smtp', tls: 'implicit' }, '/tls', 'smtp'],
    ['an unknown change', { change: [{ op: 'hope' }] }, '/change/0/op', 'op'],
    ['nothing', {}, '/change', 'list'],
  ])('refuses %s, naming the place, and keeps nothing', async (_what, json, pointer, detail) => {
    const before = await app.database.preflight.count();
    const response = await call(route.POST, { method: 'POST', headers, json });
    expect(response.status).toBe(422);
    const { errors } = z
      .object({ errors: z.array(z.object({ pointer: z.string(), detail: z.string() })) })
      .parse(await response.json());
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
    expect(errors[0]?.detail).toContain(detail);
    expect(await app.database.preflight.count()).toBe(before);
  });

  it('knows of no other preflight', async () => {
    expect((await call(single.GET, { headers, params: { id: 'nothing' } })).status).toBe(404);
  });
});
