import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { changeOps, concernsHost, concernsPort, type PlannedChange } from '#lib/planner/change.ts';
import { readChange } from '#lib/planner/read-change.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicPem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const privatePem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const hosts = ['imap.example.org'];

const read: readonly (readonly [json: Record<string, unknown>, change: PlannedChange])[] = [
  [
    { op: 'disable_tls', versions: ['1.0', '1.1', '1.0'], hosts: ['IMAP.example.org.'], note: 'ignored' },
    { op: 'disable_tls', versions: ['1.0', '1.1'], hosts, ports: [] },
  ],
  [
    { op: 'stop_advertising', tag: 'TLS10', hosts },
    { op: 'stop_advertising', tag: 'tls10', hosts },
  ],
  [
    { op: 'change_tlsa', records: ['3 1 1 ABCD ef01'], hosts, ports: [993] },
    { op: 'change_tlsa', records: ['3 1 1 abcdef01'], hosts, ports: [993] },
  ],
  [
    { op: 'new_key', hosts },
    { op: 'new_key', hosts, ports: [], pem: null },
  ],
  [
    { op: 'new_key', hosts, pem: `a remark\n${publicPem}` },
    { op: 'new_key', hosts, ports: [], pem: publicPem },
  ],
  [
    { op: 'move_host', host: 'imap.example.org', proves: ['tls-cert'] },
    { op: 'move_host', host: 'imap.example.org', proves: ['tls-cert'], versions: null },
  ],
  [
    { op: 'unsign_zone', zone: 'example.org' },
    { op: 'unsign_zone', zone: 'example.org' },
  ],
];

it.each(read)('reads row %#', (json, change) => {
  expect(readChange(json)).toEqual({ ok: true, value: change });
});

const refused: readonly (readonly [json: unknown, pointer: string])[] = [
  [null, ''],
  [{ op: 'drop_everything' }, '/op'],
  [{ op: 'disable_tls', versions: ['1.0'], hosts: [] }, '/hosts'],
  [{ op: 'disable_tls', versions: [], hosts }, '/versions'],
  [{ op: 'disable_tls', versions: ['3.0'], hosts }, '/versions/0'],
  [{ op: 'drop_port', ports: [], hosts }, '/ports'],
  [{ op: 'drop_port', ports: [70_000], hosts }, '/ports/0'],
  [{ op: 'advertise', tag: 'tls cert', hosts }, '/tag'],
  [{ op: 'advertise', tag: 't'.repeat(65), hosts }, '/tag'],
  [{ op: 'rename_host', host: '192.0.2.1', to: 'mail.example.org' }, '/host'],
  [{ op: 'change_tlsa', records: ['3 1 1 xyz'], hosts }, '/records/0'],
  [{ op: 'change_tlsa', records: ['256 1 1 ab'], hosts }, '/records/0'],
  [{ op: 'new_certificate', pem: 'no certificate', hosts }, '/pem'],
  [{ op: 'new_certificate', pem: publicPem, hosts }, '/pem'],
  [{ op: 'new_key', pem: privatePem, hosts }, '/pem'],
];

it.each(refused)('refuses row %# and says where', (json, pointer) => {
  const change = readChange(json);
  expect(change.ok ? [] : change.error.map((mistake) => mistake.pointer)).toEqual([pointer]);
});

it('never repeats a private key in what it says', () => {
  const change = readChange({ op: 'new_key', pem: privatePem, hosts });
  expect(JSON.stringify(change)).toContain('private key');
  expect(JSON.stringify(change)).not.toContain(privatePem.split('\n')[1]);
});

it('reads what it read: a stored change is the same change', () => {
  for (const [json] of read) {
    const change = readChange(json);
    expect(change.ok && readChange(JSON.parse(JSON.stringify(change.value)))).toEqual(change);
  }
});

it('takes any JSON without throwing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...changeOps), fc.dictionary(fc.string(), fc.jsonValue()), (op, members) => {
      readChange({ ...members, op });
      readChange(members);
    }),
  );
});

it('knows whom a change concerns', () => {
  const drop: PlannedChange = { op: 'drop_port', hosts, ports: [143] };
  expect(concernsPort(drop, { host: 'imap.example.org', port: 143 })).toBe(true);
  expect(concernsPort(drop, { host: 'imap.example.org', port: 993 })).toBe(false);
  expect(concernsHost(drop, 'pop.example.org')).toBe(false);
  const unsign: PlannedChange = { op: 'unsign_zone', zone: 'example.org' };
  expect(concernsHost(unsign, 'imap.example.org')).toBe(true);
  expect(concernsHost(unsign, 'imap.badexample.org')).toBe(false);
});
