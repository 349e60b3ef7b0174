import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { latestSteps, type SetupStep } from '#lib/setup/setup-step.ts';
import { addressOctets, mxOctets, srvOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { issueCertificate } from '#tests/support/certificates.ts';
import { startMailServer, type MailServer } from '#tests/support/mail-server.ts';
import { startNameServer, type NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer, type Zone } from '#tests/workers/net/dns/zone-server.ts';
import { createDial } from '#workers/net/dial.ts';
import { createPlainLookUp } from '#workers/net/dns/lookup.ts';
import { createQuery } from '#workers/net/dns/query.ts';
import { exploreDomain } from '#workers/probes/explore-domain.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';
import { unvalidated } from '#workers/probes/zone-time.ts';

const loopback = parseCidr('127.0.0.0/8');
const dial = createDial({ guard: createAddressGuard(loopback.ok ? [loopback.value] : []) });
const stops: (() => Promise<unknown>)[] = [];
let trust: TrustStore;
let imap: MailServer;

beforeAll(async () => {
  const store = await createTrustStore({ caFile: null });
  if (!store.ok) throw new Error(store.error);
  trust = store.value;
  const { keyPem, pem } = issueCertificate({ commonName: 'imap.example.test', dnsNames: ['imap.example.test'] });
  imap = await startMailServer({
    tlsMode: 'implicit',
    greeting: '* OK [CAPABILITY IMAP4rev1 ID] ready\r\n',
    answer: (line) => {
      const [tag = '', command = ''] = line.split(' ');
      return command === 'CAPABILITY' ? `* CAPABILITY IMAP4rev1\r\n${tag} OK\r\n` : `${tag} OK\r\n`;
    },
    tls: { key: keyPem, cert: pem },
  });
});
afterAll(() => imap.stop());
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function explore(server: NameServer, options: { readonly durationMs?: number; readonly domain?: string } = {}) {
  stops.push(() => server.close());
  const told: SetupStep[] = [];
  const sight = await exploreDomain(options.domain ?? 'example.test', {
    ports: {
      query: createQuery(createPlainLookUp({ servers: [server.server], timeoutMs: 2_000 })),
      resolverPassesSignatures: () => Promise.resolve(true),
      validateZone: (name) => Promise.resolve(unvalidated({ name, type: 'DNSKEY' }, 0)),
      limit: (_address, _deadline, work) => work(),
      ...{ dial, trust, clock: { now: () => 1000 }, vantage: 'here' },
    },
    tell: (step) => told.push(step),
    ...(options.durationMs === undefined ? {} : { durationMs: options.durationMs }),
  });
  const line = (key: string) => latestSteps(told).find((step) => step.key === key);
  return { sight, told, line };
}

const srv = (label: string, target: string, port: number): RecordToSend => ({
  name: `${label}._tcp.example.test`,
  type: 'SRV',
  data: srvOctets({ priority: 0, weight: 1, port, target }),
});
const address = (name: string, text: string): RecordToSend => ({ name, type: 'A', data: addressOctets(text) });
const zone = (): Zone => ({
  records: [
    { name: 'example.test', type: 'MX', data: mxOctets(10, 'mx.example.test') },
    address('mx.example.test', '10.1.2.3'),
    srv('_imaps', 'imap.example.test', imap.port),
    srv('_imap', '.', 0),
    address('imap.example.test', '127.0.0.1'),
    { name: `_${String(imap.port)}._tcp.imap.example.test`, type: 'TLSA', data: [3, 1, 1, 0xab] },
    { name: '_mta-sts.example.test', type: 'TXT', data: [3, 0x61, 0x62, 0x63] },
    address('pop.example.test', '127.0.0.77'),
  ],
  failing: ['SRV _submission._tcp.example.test'],
});

describe('a look at a domain that nobody watches', () => {
  it('tells a step of each kind as it is asked and as it is answered', async () => {
    const { told, line, sight } = await explore(await startZoneServer(zone()));
    const states = (key: string) => told.filter((step) => step.key === key).map(({ state }) => state);
    expect(states('MX example.test')).toEqual(['asking', 'found']);
    expect(line('SRV _imaps._tcp.example.test')).toMatchObject({ group: 'records', state: 'found' });
    expect(line('SRV _imap._tcp.example.test')).toMatchObject({ state: 'not-offered' });
    expect(line('SRV _submission._tcp.example.test')).toMatchObject({ state: 'unknown' });
    expect(line('addresses imap.example.test')).toMatchObject({
      group: 'hosts',
      state: 'found',
      text: '127.0.0.1',
      guess: false,
    });
    expect(line('addresses pop.example.test')).toMatchObject({ state: 'found', guess: true });
    expect(line(`TLSA _${String(imap.port)}._tcp.imap.example.test`)).toMatchObject({
      group: 'tlsa',
      state: 'unknown',
    });
    expect(line('TXT _mta-sts.example.test')).toMatchObject({ group: 'published', state: 'found', text: 'abc' });
    expect(line('trust')).toMatchObject({ group: 'trust', state: 'unknown' });
    expect(line('documents')).toMatchObject({ group: 'published', state: 'absent' });
    const server = line(`imap+implicit://imap.example.test:${String(imap.port)}`);
    expect(server).toMatchObject({ group: 'servers', state: 'found' });
    expect(server?.text).toMatch(/^127\.0\.0\.1 TLSv1\.3, connected in \d+ ms, TLS in \d+ ms$/);
    expect(server?.tookMs).toEqual(expect.any(Number));
    expect(line('pop3+implicit://pop.example.test:995')).toMatchObject({ state: 'absent', guess: true });
    expect(sight).toMatchObject({ cutShort: false, dnssec: 'indeterminate' });
    expect(latestSteps(told).filter(({ state }) => state === 'asking')).toEqual([]);
  });

  it('connects to no private address, and says so', async () => {
    const { sight, line } = await explore(await startZoneServer(zone()));
    expect(line('smtp+starttls://mx.example.test:25')).toMatchObject({
      state: 'unknown',
      text: '10.1.2.3 not a public address, so nobody connected',
    });
    const mx = sight.looks.find(({ found }) => found.origin === 'mx');
    expect(mx?.observation.sessions.map(({ failure }) => failure?.reason)).toEqual(['blocked']);
  });

  it('ends when its time is over, and keeps what did not answer as unknown', async () => {
    const silent = await startNameServer({ udp: () => undefined });
    const { sight, line, told } = await explore(silent, { durationMs: 400 });
    expect(line('MX example.test')).toMatchObject({ state: 'unknown', text: 'no answer in time' });
    expect(sight.domain?.mx).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
    expect(sight.looks).toEqual([]);
    expect(latestSteps(told).filter(({ state }) => state === 'found')).toEqual([]);
  });

  it('asks nothing below a domain that does not exist', async () => {
    const { sight, line } = await explore(await startZoneServer({ records: [] }));
    expect(line('MX example.test')).toMatchObject({ state: 'absent', text: 'the domain does not exist' });
    expect(line('documents')).toBeUndefined();
    expect(sight.looks).toEqual([]);
  });

  it('survives hostile answers, and keeps them short', async () => {
    const hostile = `${'\u0001<script>'.slice(0, 9)}.example.test`;
    const { told } = await explore(
      await startZoneServer({
        records: [
          { name: 'example.test', type: 'MX', data: mxOctets(10, hostile) },
          ...Array.from({ length: 40 }, (_, index) => srv('_imaps', `imap${String(index)}.example.test`, 993)),
          {
            name: '_mta-sts.example.test',
            type: 'TXT',
            data: [255, ...Array.from({ length: 255 }, () => 0x1b), 255, ...Array.from({ length: 255 }, () => 0x41)],
          },
        ],
      }),
    );
    expect(told.length).toBeLessThan(400);
    expect(Math.max(...told.map(({ text }) => text.length))).toBeLessThanOrEqual(400);
  });
});
