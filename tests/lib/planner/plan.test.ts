import type { Commitment } from '#lib/model/commitment.ts';
import type { PlannedChange } from '#lib/planner/change.ts';
import type { PlanEvidence } from '#lib/planner/evidence.ts';
import type { Impact } from '#lib/planner/judged.ts';
import { affectedClasses, planChange } from '#lib/planner/plan.ts';
import { dayMs, issueAuthority, issueCertificate, testNow } from '#tests/support/certificates.ts';
import { digestHex } from '#lib/x509/certificate.ts';
import { parseCertificate } from '#lib/x509/certificate.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { address, cubeOf, endpoint, evidence, fails, host, promise, showing, type TestClass } from './world.ts';

interface Scene {
  readonly ledger?: readonly Commitment[];
  readonly evidence?: PlanEvidence;
}

function plan(
  change: PlannedChange,
  classes: readonly TestClass[],
  { ledger = [], evidence: seen = evidence() }: Scene = {},
) {
  return planChange({ change, cube: cubeOf(classes), ledger, evidence: seen, now: testNow });
}

function impactOn(change: PlannedChange, client: Omit<TestClass, 'holders'>, scene: Scene = {}): string {
  const { totals } = plan(change, [{ ...client, holders: 7 }], scene);
  const impact = (['breaks', 'at-risk', 'unknown', 'safe'] as const).find((one) => totals[one] === 7) ?? 'nothing';
  return totals.presumed > 0 ? `${impact}, presumed` : impact;
}

const hosts = [host];
const ports: readonly number[] = [];
const old: PlannedChange = { op: 'disable_tls', hosts, ports, versions: ['1.0', '1.1'] };
const only13: PlannedChange = { op: 'disable_tls', hosts, ports, versions: ['1.0', '1.1', '1.2'] };

const authority = issueAuthority('Test Root');
const current = issueCertificate({ commonName: host, dnsNames: [host], issuer: authority });
const renewed = issueCertificate({ commonName: host, dnsNames: [host], issuer: authority });
const sameKey = issueCertificate({ commonName: host, dnsNames: [host], issuer: authority, key: current.key });
const selfSigned = issueCertificate({ commonName: host, dnsNames: [host] });
const otherName = issueCertificate({ commonName: 'www.example.org', dnsNames: ['www.example.org'], issuer: authority });
const expired = issueCertificate({ commonName: host, dnsNames: [host], issuer: authority, notAfter: testNow - dayMs });

function spkiOf(der: Buffer): Uint8Array {
  const parsed = parseCertificate(der);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value.spki;
}
const record = { usage: 3, selector: 1, matchingType: 1, data: digestHex(spkiOf(current.der), 'sha256') };

/** Every port shows the current certificate, and TLSA records name its key. */
function withDane(records = [record]): PlanEvidence {
  const tlsa = { owner: `_993._tcp.${host}`, dnssec: 'secure', records, ttlSeconds: 3600 } as const;
  const addresses = [showing(current, authority)];
  return evidence({
    endpoints: [endpoint(143, { addresses, tlsa }), endpoint(993, { addresses, tlsa })],
    authorities: readChain([authority.base64]).flatMap((certificate) => certificate ?? []),
  });
}
const certificate = (pem: string): PlannedChange => ({ op: 'new_certificate', hosts, ports, pem });

describe('the rule of tls10: "1.0 or later" breaks only who cannot do later', () => {
  const rows: readonly (readonly [what: string, client: Omit<TestClass, 'holders'>, impact: Impact])[] = [
    ['tls12 is latched', { latched: ['tls10', 'tls12'], tlsVersion: 'TLSv1' }, 'safe'],
    ['tls12 is among security-tags', { latched: ['tls10'], supported: ['tls12'] }, 'safe'],
    ['the last session was TLS 1.2', { latched: ['tls10'], tlsVersion: 'TLSv1.2' }, 'safe'],
    ['the last session was TLS 1.3', { latched: ['tls10'], tlsVersion: 'TLSv1.3' }, 'safe'],
    ['the suite is GCM', { latched: ['tls10'], tlsCipher: 'ECDHE-RSA-AES128-GCM-SHA256' }, 'safe'],
    ['the suite is CHACHA20', { latched: ['tls10'], tlsCipher: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256' }, 'safe'],
    ['the suite has SHA256', { latched: ['tls10'], tlsCipher: 'TLS_RSA_WITH_AES_128_CBC_SHA256' }, 'safe'],
    ['the last session was TLS 1.0', { latched: ['tls10'], tlsVersion: 'TLSv1' }, 'breaks'],
    ['the last session was TLS 1.1', { latched: ['tls10'], tlsVersion: 'TLSv1.1' }, 'breaks'],
    [
      'TLS 1.0, and security-tags without tls12',
      { latched: ['tls10'], supported: ['tls-cert'], tlsVersion: 'TLSv1' },
      'breaks',
    ],
    ['nothing about the version', { latched: ['tls10'] }, 'at-risk'],
    ['security-tags without tls12 alone', { latched: ['tls10'], supported: ['tls-cert'] }, 'at-risk'],
    ['the suite ends in CBC_SHA', { latched: ['tls10'], tlsCipher: 'TLS_RSA_WITH_AES_128_CBC_SHA' }, 'at-risk'],
    ['the same in the words of OpenSSL', { latched: ['tls10'], tlsCipher: 'ECDHE-RSA-AES128-SHA' }, 'at-risk'],
    ['no report at all', { client: { name: '', version: '' } }, 'unknown'],
    ['POP', { server: { hosts, address: null, service: 'pop3' }, client: { name: '', version: '' } }, 'unknown'],
    ['a client of today with TLS 1.0', { tlsVersion: 'TLSv1' }, 'breaks'],
    ['a client of today with TLS 1.2', { tlsVersion: 'TLSv1.2' }, 'safe'],
    ['a session without TLS', { tlsVersion: 'none' }, 'safe'],
  ];
  it.each(rows)('%s', (_what, client, impact) => {
    expect(impactOn(old, client)).toBe(impact);
  });

  it('does not call a client of TLS 1.0 broken where the server had nothing later to offer', () => {
    const weak = evidence({ endpoints: [endpoint(993, { addresses: [address({ versions: ['1.0'] })] })] });
    expect(
      impactOn({ ...old, versions: ['1.1'] }, { latched: ['tls10'], tlsVersion: 'TLSv1' }, { evidence: weak }),
    ).toBe('safe');
    const answer = plan(old, [{ latched: ['tls10'], tlsVersion: 'TLSv1', holders: 1 }], { evidence: weak });
    expect(answer.verdict).toBe('breaks');
    expect(answer.preconditions.find(({ id }) => id === 'remains')).toMatchObject({ state: 'not-met', blocks: true });
  });

  it('locks out whoever uses TLS where no version remains', () => {
    const none: PlannedChange = { op: 'disable_tls', hosts, ports, versions: ['1.0', '1.1', '1.2', '1.3'] };
    expect(impactOn(none, { tlsVersion: 'TLSv1.3' })).toBe('breaks');
    expect(impactOn(none, { latched: ['tls12'] })).toBe('breaks');
    expect(impactOn(none, { tlsVersion: 'none' })).toBe('unknown');
  });

  it('takes the version with TLS 1.3 alone from sessions, not from the promise', () => {
    expect(impactOn(only13, { latched: ['tls12'], tlsVersion: 'TLSv1.3' })).toBe('safe');
    expect(impactOn(only13, { latched: ['tls12'], tlsCipher: 'TLS_AES_128_GCM_SHA256' })).toBe('safe');
    expect(impactOn(only13, { latched: ['tls12'], tlsVersion: 'TLSv1.2' })).toBe('breaks');
    expect(impactOn(only13, { latched: ['tls12'] })).toBe('at-risk');
    const no13 = evidence({ endpoints: [endpoint(993, { addresses: [address({ versions: null })] })] });
    expect(impactOn(only13, { latched: ['tls12'] }, { evidence: no13 })).toBe('at-risk');
  });
});

describe('what each change does to whoever holds what', () => {
  const dane = { latched: ['tls-dane-tlsa'] };
  const cert = { latched: ['tls-cert'] };
  const nothing = { latched: ['tls12'], supported: ['tls-cert', 'tls-dane-tlsa'] };
  const silent = { client: { name: '', version: '' } };
  const rows: readonly (readonly [
    what: string,
    change: PlannedChange,
    client: Omit<TestClass, 'holders'>,
    impact: string,
  ])[] = [
    ['a trusted certificate', certificate(sameKey.pem), cert, 'safe'],
    ['a self-signed certificate', certificate(selfSigned.pem), cert, 'breaks'],
    ['a self-signed certificate, not latched', certificate(selfSigned.pem), nothing, 'safe'],
    ['a self-signed certificate, silent', certificate(selfSigned.pem), silent, 'unknown'],
    ['a certificate of another name', certificate(otherName.pem), cert, 'breaks'],
    ['an expired certificate', certificate(expired.pem), cert, 'breaks'],
    ['a new key without TLSA', certificate(renewed.pem), dane, 'breaks'],
    ['a new key without TLSA, tls-cert', certificate(renewed.pem), cert, 'safe'],
    ['the same key again', certificate(sameKey.pem), dane, 'safe'],
    ['a key that is not made yet', { op: 'new_key', hosts, ports, pem: null }, dane, 'breaks'],
    ['records of the key', { op: 'change_tlsa', hosts, ports, records: [`3 1 1 ${record.data}`] }, dane, 'safe'],
    [
      'records of another key',
      { op: 'change_tlsa', hosts, ports, records: [`3 1 1 ${'0'.repeat(64)}`] },
      dane,
      'breaks',
    ],
    ['no TLSA', { op: 'drop_tlsa', hosts, ports }, dane, 'breaks'],
    ['no TLSA at one port', { op: 'drop_tlsa', hosts, ports: [143] }, dane, 'breaks'],
    ['no TLSA, supported only', { op: 'drop_tlsa', hosts, ports }, nothing, 'safe'],
    ['no DNSSEC', { op: 'unsign_zone', zone: 'example.org' }, dane, 'breaks'],
    ['no DNSSEC elsewhere', { op: 'unsign_zone', zone: 'example.net' }, dane, 'nothing'],
    ['a name that goes', { op: 'rename_host', host, to: 'mail.example.org' }, cert, 'safe'],
    [
      'servers that prove it',
      { op: 'move_host', host, proves: ['tls-cert'], versions: ['1.0', '1.1', '1.2', '1.3'] },
      cert,
      'safe',
    ],
    [
      'servers that prove it with fewer versions',
      { op: 'move_host', host, proves: ['tls-cert'], versions: ['1.2'] },
      cert,
      'at-risk',
    ],
    ['servers that do not', { op: 'move_host', host, proves: ['tls12'], versions: ['1.2'] }, cert, 'breaks'],
    ['servers nobody knows', { op: 'move_host', host, proves: null, versions: null }, cert, 'at-risk'],
    [
      'servers with TLS 1.0 only',
      { op: 'move_host', host, proves: null, versions: ['1.0'] },
      { latched: ['tls12'] },
      'breaks',
    ],
    [
      'a filter that proves less',
      { op: 'filter_in_front', hosts, ports, proves: ['tls12'], versions: null },
      cert,
      'breaks',
    ],
    [
      'a filter that proves it',
      { op: 'filter_in_front', hosts, ports, proves: ['tls-cert'], versions: ['1.3'] },
      { ...cert, tlsVersion: 'TLSv1.3' },
      'safe',
    ],
    ['no STARTTLS', { op: 'drop_starttls', hosts, ports }, { latched: ['tls10'] }, 'breaks'],
    ['no STARTTLS where there is none', { op: 'drop_starttls', hosts, ports: [993] }, { latched: ['tls10'] }, 'safe'],
    ['no STARTTLS, a client of today', { op: 'drop_starttls', hosts, ports }, { tlsVersion: 'TLSv1.2' }, 'at-risk'],
    ['one port less', { op: 'drop_port', hosts, ports: [143] }, silent, 'at-risk'],
    ['no port left', { op: 'drop_port', hosts, ports: [143, 993] }, silent, 'breaks'],
    ['a tag retracted', { op: 'stop_advertising', hosts, tag: 'tls-cert' }, cert, 'safe'],
    ['a tag that everything proves', { op: 'advertise', hosts, tag: 'tls-cert' }, { supported: ['tls-cert'] }, 'safe'],
    ['a tag of another one', certificate(sameKey.pem), { latched: ['x-quantum'] }, 'at-risk'],
  ];
  it.each(rows)('%s', (_what, change, client, impact) => {
    expect(impactOn(change, client, { evidence: withDane() })).toBe(impact);
  });

  it('breaks holders at every port of the host, whatever service told of them', () => {
    const submission = { hosts, address: null, service: 'submission' } as const;
    const change: PlannedChange = { op: 'drop_tlsa', hosts, ports: [143] };
    expect(impactOn(change, { ...dane, server: submission }, { evidence: withDane() })).toBe('breaks');
  });

  it('counts a server that only an address names for each of its names', () => {
    const server = { hosts: ['mail.example.org', host], address: '192.0.2.1', service: 'imap' } as const;
    const answer = plan({ op: 'drop_tlsa', hosts, ports }, [{ ...dane, server, holders: 7 }], { evidence: withDane() });
    expect(answer.totals.breaks).toBe(7);
    expect(answer.coverage.ambiguous).toBe(7);
    const nameless = { ...server, hosts: [] };
    expect(impactOn({ op: 'drop_tlsa', hosts, ports }, { ...dane, server: nameless }, { evidence: withDane() })).toBe(
      'nothing',
    );
  });

  it('leaves who holds a tag that nobody can meet any more as broken: retracting released nobody', () => {
    const gone = withDane([]);
    expect(impactOn(certificate(sameKey.pem), dane, { evidence: gone })).toBe('breaks');
    // To the others the change does nothing.
    expect(impactOn(certificate(sameKey.pem), silent, { evidence: gone })).toBe('safe');
    expect(impactOn(certificate(sameKey.pem), silent, { evidence: gone, ledger: [promise('tls-dane-tlsa')] })).toBe(
      'unknown',
    );
  });

  it('locks out who will latch a tag that an address does not prove', () => {
    const broken = address({ address: '192.0.2.2', proofs: { ...address().proofs, 'tls-cert': fails('expired') } });
    const seen = evidence({ endpoints: [endpoint(143), endpoint(993, { addresses: [address(), broken] })] });
    const change: PlannedChange = { op: 'advertise', hosts, tag: 'tls-cert' };
    expect(impactOn(change, { supported: ['tls-cert'] }, { evidence: seen })).toBe('breaks');
  });
});

describe('who is presumed to hold a tag', () => {
  const drop: PlannedChange = { op: 'drop_tlsa', hosts, ports };
  const ledger = [promise('tls-dane-tlsa')];
  const scene = { ledger, evidence: withDane() };
  it('is a client that speaks of latches and does not name the tag', () => {
    expect(impactOn(drop, { latched: ['tls12'] }, scene)).toBe('at-risk, presumed');
  });
  it('is not one that says it has not latched it', () => {
    expect(impactOn(drop, { latched: ['tls12'], supported: ['tls-dane-tlsa'] }, scene)).toBe('safe');
  });
  it('is not one without TLS', () => {
    expect(impactOn(drop, { latched: ['tls12'], tlsVersion: 'none' }, scene)).toBe('safe');
  });
  it('is not one that came before the tag', () => {
    const late = { ...scene, ledger: [promise('tls-dane-tlsa', { firstSeen: testNow })] };
    expect(impactOn(drop, { latched: ['tls12'], week: '2026-11-16' }, late)).toBe('safe');
    expect(impactOn(drop, { latched: ['tls12'], week: '2026-11-23' }, late)).toBe('at-risk, presumed');
  });
  it('is a silent session of a program that speaks elsewhere', () => {
    const { totals } = plan(
      drop,
      [
        { holders: 3, speaksDeep: false, tlsVersion: 'TLSv1.3' },
        { holders: 5, latched: ['tls-dane-tlsa'] },
        { holders: 11, speaksDeep: false, client: { name: 'Other', version: '1' } },
      ],
      scene,
    );
    expect(totals).toEqual({ breaks: 5, 'at-risk': 3, unknown: 11, safe: 0, presumed: 3 });
  });
});

describe('the answer as a whole', () => {
  it('never says nobody without saying who cannot report', () => {
    const coverage = [
      {
        server: { hosts, address: null, service: 'pop3' as const },
        ...{ logins: 900, named: 0, spokeOfLatches: 0, proxied: 0, proxiedWithoutTls: 0 },
      },
      {
        server: { hosts, address: null, service: 'imap' as const },
        ...{ logins: 2100, named: 2000, spokeOfLatches: 1500, proxied: 0, proxiedWithoutTls: 0 },
      },
    ];
    const cube = cubeOf([{ latched: ['tls12'], holders: 40 }], coverage);
    const answer = planChange({
      change: { op: 'drop_tlsa', hosts, ports },
      cube,
      ledger: [],
      evidence: withDane(),
      now: testNow,
    });
    expect(answer.verdict).toBe('safe');
    expect(answer.sentence).toBe(
      '0 reported that would be locked out. About 50 logins a day cannot report or do not, 30 of them by POP.',
    );
  });

  it('says that nobody can know where no client reports', () => {
    const answer = plan({ op: 'drop_tlsa', hosts, ports }, [{ client: { name: '', version: '' }, holders: 9 }], {
      evidence: withDane(),
    });
    expect(answer.verdict).toBe('unknown');
    expect(answer.sentence).toContain('Nobody can say');
  });

  it('warns that latches do not follow to another name', () => {
    const answer = plan({ op: 'rename_host', host, to: 'mail.example.org' }, [{ latched: ['tls-cert'], holders: 9 }]);
    expect(answer.verdict).toBe('safe');
    expect(answer.warnings.join(' ')).toContain('those who hold a latch lose it');
  });

  it('asks for fourteen days before a tag is advertised, on every address of every port', () => {
    const change: PlannedChange = { op: 'advertise', hosts, tag: 'tls-cert' };
    const since = (days: number) => ({ addresses: [address({ provedSince: testNow - days * dayMs })] });
    const after = (days: number) => evidence({ endpoints: [endpoint(143, since(40)), endpoint(993, since(days))] });
    const short = plan(change, [], { evidence: after(13) });
    expect(short.verdict).toBe('at-risk');
    expect(short.preconditions.find(({ id }) => id === 'green-days')).toMatchObject({ state: 'not-met', blocks: true });
    expect(short.steps[0]?.notBefore).toBe(testNow + dayMs);
    const long = plan(change, [], { evidence: after(14) });
    expect(long.preconditions.find(({ id }) => id === 'green-days')?.state).toBe('met');
    expect(long.verdict).toBe('safe');
    expect(plan(change, []).preconditions.find(({ id }) => id === 'green-days')?.state).toBe('unknown');
  });

  it('puts TLSA before the certificate, and waits for what caches hold', () => {
    const { steps } = plan(certificate(renewed.pem), [], { evidence: withDane(), ledger: [promise('tls-dane-tlsa')] });
    expect(steps[0]?.text).toContain(`TLSA 3 1 1 ${digestHex(spkiOf(renewed.der), 'sha256')}`);
    expect(steps[1]).toMatchObject({ notBefore: testNow + 3_600_000 });
    expect(steps.map(({ notBefore }) => notBefore ?? 0).filter((at) => at > 0)).toEqual(
      steps.flatMap(({ notBefore }) => notBefore ?? []).toSorted((a, b) => a - b),
    );
  });

  it('stops advertising first, and takes DS out before it stops to sign', () => {
    const { steps } = plan({ op: 'unsign_zone', zone: 'example.org' }, [], { evidence: withDane() });
    expect(steps[0]?.text).toContain('Stop advertising tls-dane-tlsa');
    const texts = steps.map(({ text }) => text);
    expect(texts.findIndex((text) => text.includes('DS records'))).toBeLessThan(
      texts.findIndex((text) => text.startsWith('Only now stop to sign')),
    );
  });

  it('names the classes whose accounts are affected, and since when they are presumed', () => {
    const cube = cubeOf([
      { latched: ['tls-dane-tlsa'], holders: 2 },
      { latched: ['tls12'], holders: 3 },
      { latched: ['tls12'], supported: ['tls-dane-tlsa'], holders: 4 },
    ]);
    const question = { change: { op: 'drop_tlsa', hosts, ports } as const, cube, now: testNow };
    expect(affectedClasses({ ...question, ledger: [promise('tls-dane-tlsa')], evidence: withDane() })).toEqual([
      { classId: 0, impact: 'breaks', presumedSince: null },
      { classId: 1, impact: 'at-risk', presumedSince: '2025-11-24' },
    ]);
  });

  it('survives JSON', () => {
    const answer = plan(old, [{ latched: ['tls10'], tlsVersion: 'TLSv1', holders: 1 }]);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });
});
