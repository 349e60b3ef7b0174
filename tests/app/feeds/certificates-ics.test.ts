import { GET } from '#app/feeds/certificates.ics/route.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import { bearer, openConsole, publicUrl, type ConsoleUnderTest } from '#tests/app/support/console.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { showCertificates } from '#tests/support/shown-certificates.ts';

let app: ConsoleUnderTest;
let token: string;
const now = new Date();
const commonName = 'a;b,c\\d\r\nEND:VCALENDAR \u202e';
const hostile = issueCertificate({ commonName, notBefore: 0, notAfter: Date.UTC(2027, 0, 2, 3, 4, 5) });

beforeAll(async () => {
  app = await openConsole();
  token = await app.token('inventory:read');
  await app.database.domain.create({ data: { id: 'D', name: 'example.org', createdAt: now, createdBy: 'test' } });
  const shown = { domainId: 'D', host: 'mail.example.org', chains: [[hostile]], at: now };
  await showCertificates(app.database, { ...shown, id: 'E' });
});
afterAll(() => app.close());

const ask = (query: string, headers: Record<string, string> = {}) =>
  GET(new Request(`${publicUrl}/feeds/certificates.ics${query}`, { headers }));
const linesOf = async (response: Response) => (await response.text()).replaceAll('\r\n ', '').split('\r\n');

test('is a calendar of ends, whatever a stranger wrote into a name', async () => {
  const response = await ask(`?token=${token}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const lines = await linesOf(response);
  expect(lines.filter((line) => /^(?:BEGIN|END):/.test(line))).toEqual([
    ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'END:VEVENT', 'END:VCALENDAR'],
  ]);
  const fingerprint = digestHex(hostile.der, 'sha256');
  expect(lines).toContain('DTSTART:20270102T030405Z');
  expect(lines).toContain(`UID:certificate-${fingerprint}@localhost`);
  expect(lines).toContain(`URL:${publicUrl}/certificates/${fingerprint}`);
  expect(lines.join('\n')).toContain('mail.example.org:993');
  expect(lines.join('\n')).not.toContain(token);
});

test('is 304 for who has it', async () => {
  const first = await ask(`?token=${token}`);
  const again = await ask(`?token=${token}`, { 'if-none-match': first.headers.get('etag') ?? '' });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('opens to a person and to a token in a header, and to no token in an address that may do more', async () => {
  expect((await ask('')).status).toBe(401);
  expect((await ask('?token=lw_wrong')).status).toBe(401);
  expect((await ask(`?token=${await app.token('inventory:read', 'inventory:write')}`)).status).toBe(403);
  expect((await ask(`?token=${await app.token('incidents:read')}`)).status).toBe(403);
  expect((await ask('', bearer(token))).status).toBe(200);
  expect((await ask('', { cookie: await app.session('viewer') })).status).toBe(200);
});
