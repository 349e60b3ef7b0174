import { describeChange } from '#lib/drift/describe.ts';
import { leavesOfSession } from '#lib/drift/describe-session.ts';
import { splitScanObservation } from '#lib/model/scan-span.ts';
import { splitDomainObservation, splitEndpointObservation } from '#lib/model/span.ts';
import { splitZoneObservation } from '#lib/model/zone-span.ts';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import { issueAuthority, issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeSrv,
  changeTlsa,
  failSessions,
  healthyDomain,
  healthyEndpoint,
  lookupOf,
  testAddresses,
  testEndpoint,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan, tlsAt } from '#tests/support/scan-observations.ts';
import { bogus, healthyZone } from '#tests/support/zone-observations.ts';

const healthy = healthyEndpoint();
const other = issueCertificate({
  commonName: 'x',
  dnsNames: ['mail.example.org', 'new.example.org'],
  issuer: issueAuthority('Another Authority'),
});

/** What is told of the piece of this kind when the endpoint changes. */
function told(kind: string, after: EndpointObservation, before: EndpointObservation = healthy): readonly string[] {
  const [old, now] = [splitEndpointObservation(before), splitEndpointObservation(after)];
  const factsOf = (pieces: typeof old.pieces) => pieces.find((piece) => piece.kind === kind)?.facts;
  return describeChange({
    kind,
    before: factsOf(old.pieces),
    after: factsOf(now.pieces),
    certificates: new Map([...old.certificates, ...now.certificates]),
  });
}

function toldOfDomain(after: DomainObservation): readonly string[] {
  const facts = (domain: DomainObservation) => splitDomainObservation(domain).facts;
  const change = { before: facts(healthyDomain()), after: facts(after), certificates: new Map<string, string>() };
  return describeChange({ kind: 'discovery', ...change });
}

const withAddresses = (list: readonly string[]): EndpointObservation => ({
  ...healthy,
  addresses: { ok: true, facts: { list, lookups: [lookupOf('mail.example.org', 'A', list)] } },
});

describe('describeChange', () => {
  it('names a new certificate by key, issuer and names', () => {
    const changed = changeSessions(healthy, () => ({ tls: trustedTls([other], { version: 'TLSv1.2', cipher: 'X' }) }));
    expect(told('session', changed)).toEqual([
      'TLS version: TLSv1.3 → TLSv1.2',
      'cipher: TLS_AES_256_GCM_SHA384 → X',
      'certificate: new key, issuer CN=Test Intermediate → CN=Another Authority, names new: new.example.org, valid until 2027-01-23 04:00 UTC',
    ]);
  });

  it('still tells that the certificate is another one when it is no longer kept', () => {
    const changed = splitEndpointObservation(changeSessions(healthy, () => ({ tls: trustedTls([other]) })));
    const [before, after] = [splitEndpointObservation(healthy).pieces[1]?.facts, changed.pieces[1]?.facts];
    expect(describeChange({ kind: 'session', before, after, certificates: new Map() })).toEqual([
      'certificate: another one',
    ]);
    expect(leavesOfSession(after)).toHaveLength(1);
    expect(leavesOfSession('an old form')).toEqual([]);
  });

  it('names capabilities that come and go, whatever their order', () => {
    const imap = healthyEndpoint(testEndpoint('submission', 'starttls'));
    const reordered = changeSessions(imap, ({ capabilitiesAfterTls }) => ({
      capabilitiesAfterTls: (capabilitiesAfterTls ?? [])
        .toReversed()
        .map((name) => (name.startsWith('AUTH') ? 'auth LOGIN PLAIN' : name)),
    }));
    expect(told('session', reordered, imap)).toEqual([]);
    const changed = changeSessions(imap, () => ({ capabilitiesBeforeTls: ['STARTTLS', 'SIZE 1'] }));
    expect(told('session', changed, imap)).toEqual(['capability PIPELINING gone', 'capability SIZE 1 new']);
  });

  it('names the fields of ID, among them the DEEP status', () => {
    const withStatus = (deep: string) => changeSessions(healthy, () => ({ identityAfterTls: [['deep', deep]] }));
    expect(told('session', withStatus('tls12'), withStatus('tls12 tls-cert'))).toEqual([
      'ID field deep under TLS: tls12 tls-cert → tls12',
    ]);
    expect(
      told(
        'session',
        changeSessions(healthy, () => ({ identityAfterTls: null })),
      ),
    ).toEqual([]);
  });

  it('does not take for gone what a session did not get to see', () => {
    const broken = failSessions(healthy, { stage: 'connect', reason: 'refused' });
    expect(told('session', broken)).toEqual(['no longer works: connect: refused']);
    expect(told('session', healthy, broken)).toEqual(['works again (before: connect: refused)']);
  });

  it('names addresses, and is silent about their order', () => {
    const [first, second] = testAddresses;
    expect(told('addresses', withAddresses([first, '192.0.2.9']), withAddresses([first, second]))).toEqual([
      `address ${second} gone`,
      'address 192.0.2.9 new',
    ]);
    expect(told('addresses', withAddresses([second, first]), withAddresses([first, second]))).toEqual([]);
    const failed: EndpointObservation = {
      ...healthy,
      addresses: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
    };
    expect(told('addresses', failed)).toEqual(['addresses: not answered: timeout']);
  });

  it('names TLSA records and their DNSSEC state', () => {
    const records = healthy.tlsa?.lookup.ok === true ? healthy.tlsa.lookup.facts.records : [];
    expect(told('tlsa', changeTlsa(healthy, records.toReversed()))).toEqual([]);
    const more = changeTlsa(healthy, [...records, tlsaOf(other)], {
      dnssec: { state: 'bogus', at: 'example.org', why: '', reason: 'signature-expired' },
    });
    expect(told('tlsa', more)).toEqual([
      expect.stringMatching(/^TLSA record 3 1 1 [0-9a-f]{64} added$/),
      'DNSSEC of TLSA: indeterminate → bogus',
    ]);
  });

  it('names what changed about a domain', () => {
    const moved = changeSrv('_imaps', [{ priority: 0, weight: 1, port: 993, target: 'new.example.org' }]);
    expect(toldOfDomain(moved)).toEqual([
      '_imaps._tcp.example.org SRV record 0 1 993 mail.example.org → 0 1 993 new.example.org',
    ]);
    const hosts = [{ host: 'mail.example.org', addresses: { ok: true, facts: [testAddresses[0]] } as const }];
    expect(toldOfDomain({ ...healthyDomain(), hosts })).toEqual([`mail.example.org: ${testAddresses[1]} gone`]);
  });

  it('names the DNSSEC states of a zone', () => {
    const zone = healthyZone();
    const spoiled = {
      ...zone,
      validations: zone.validations.map((item) =>
        item.type === 'MX' ? { ...item, result: bogus('signature-expired') } : item,
      ),
    };
    const change = { before: splitZoneObservation(zone).facts, after: splitZoneObservation(spoiled).facts };
    expect(describeChange({ kind: 'zone', ...change, certificates: new Map() })).toEqual([
      'DNSSEC of example.org MX: secure → bogus (signature-expired)',
    ]);
  });

  it('names what a deep scan finds accepted', () => {
    const facts = (scan: ReturnType<typeof healthyScan>) => splitScanObservation(scan).pieces[0]?.facts;
    const weaker = changeScan(healthyScan(), ({ versions }) => ({
      versions: { ...versions, TLSv1: accepted(tlsAt('TLSv1')) },
    }));
    const change = { before: facts(healthyScan()), after: facts(weaker), certificates: new Map<string, string>() };
    expect(describeChange({ kind: 'scan', ...change })).toEqual(['TLSv1: refused → accepted']);
  });

  it.each([
    ['session', { a: 1, list: ['x', 'y'] }, { a: 2, list: ['y', 'z'] }, ['a: 1 → 2', 'list: x gone', 'list: z new']],
    ['of-tomorrow', null, 'text', ['null → text']],
    ['of-tomorrow', { deep: { er: [1, 2] } }, { deep: { er: [2, 1] } }, []],
  ])('compares what it does not know field by field (%s)', (kind, before, after, lines) => {
    expect(describeChange({ kind, before, after, certificates: new Map() })).toEqual(lines);
  });

  it('stays short, and lets no control character through', () => {
    const many = Array.from({ length: 100 }, (_, index) => `NAME${String(index)}\u001b[31m${'x'.repeat(400)}`);
    const lines = told(
      'session',
      changeSessions(healthy, () => ({ capabilitiesAfterTls: many })),
    );
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatch(/^and \d+ more differences$/);
    expect(lines.filter((line) => line.length > 300 || line.includes('\u001b'))).toEqual([]);
  });
});
