import { compareRuns, type ComparedLine, type RunComparison } from '#lib/evidence/compare-runs.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { issueAuthority, issueCertificate } from '#tests/support/certificates.ts';
import {
  changeSessions,
  changeTlsa,
  failSessions,
  healthyEndpoint,
  testAddresses,
  testEndpoint,
  tlsaOf,
  trustedTls,
} from '#tests/support/observations.ts';

const healthy = healthyEndpoint();
const [first, second] = testAddresses;

/** `part name` of what differs, at the first address or of the endpoint as a whole. */
function changed({ fields }: RunComparison): readonly string[] {
  return fields
    .filter(({ difference, address }) => difference === 'changed' && address !== second)
    .map(({ part, name }) => `${part}: ${name}`);
}

/** A fact at the first address or of the endpoint as a whole, with a star at what only one side has. */
function sides({ fields }: RunComparison, name: string) {
  const show = (lines: readonly ComparedLine[] | null | undefined) =>
    lines?.map(({ text, isOdd }) => `${isOdd ? '*' : ''}${text}`) ?? null;
  const field = fields.find((one) => one.name === name && one.address !== second);
  return { before: show(field?.before), after: show(field?.after) };
}

describe('compareRuns', () => {
  it('finds nothing between a run and itself, and names every part', () => {
    const { fields, changed: count, unseen } = compareRuns(healthy, healthy);
    expect([count, unseen]).toEqual([0, 0]);
    expect([...new Set(fields.map(({ part }) => part))]).toEqual([
      'addresses',
      'connection',
      'tls',
      'certificate',
      'chain',
      'tlsa',
      'capabilities',
      'latency',
    ]);
    expect(fields.flatMap(({ before, after }) => [before, after].flatMap((side) => side ?? []))).not.toContainEqual(
      expect.objectContaining({ isOdd: true }),
    );
  });

  it('shows another certificate field by field, and that the TLSA record no longer matches', () => {
    const other = issueCertificate({
      commonName: 'mail.example.org',
      dnsNames: ['mail.example.org', 'new.example.org'],
      issuer: issueAuthority('Another Authority'),
      keyType: 'rsa',
    });
    const comparison = compareRuns(
      healthy,
      changeSessions(healthy, () => ({ tls: trustedTls([other]) })),
    );
    expect(changed(comparison)).toEqual([
      'certificate: SHA-256',
      'certificate: Names',
      'certificate: Issuer',
      'certificate: Serial number',
      'certificate: Key',
      'chain: Certificates after it',
      'tlsa: Records and its certificate',
    ]);
    expect(sides(comparison, 'Names')).toEqual({
      before: ['mail.example.org'],
      after: ['mail.example.org', '*new.example.org'],
    });
    expect(sides(comparison, 'Key')).toEqual({ before: ['*ECDSA P-256'], after: ['*RSA 2048'] });
  });

  it('shows TLSA records and their DNSSEC state', () => {
    const records = healthy.tlsa?.lookup.ok === true ? healthy.tlsa.lookup.facts.records : [];
    const bogus = { state: 'bogus', at: 'example.org', why: 'expired', reason: 'signature-expired' } as const;
    const more = tlsaOf(issueCertificate({ commonName: 'x' }));
    const comparison = compareRuns(healthy, changeTlsa(healthy, [more, ...records.toReversed()], { dnssec: bogus }));
    expect(changed(comparison)).toEqual(['tlsa: Records', 'tlsa: DNSSEC of TLSA', 'tlsa: Records and its certificate']);
    expect(sides(comparison, 'DNSSEC of TLSA').after).toEqual(['*bogus: example.org: expired']);
  });

  it('does not take for changed what one of the runs did not get to see', () => {
    const broken = failSessions(healthy, { stage: 'connect', reason: 'refused' });
    const comparison = compareRuns(healthy, broken);
    expect(changed(comparison)).toEqual(['connection: Outcome']);
    expect(comparison.unseen).toBeGreaterThan(20);
    expect(sides(comparison, 'TLS version')).toEqual({ before: ['TLSv1.3'], after: null });
  });

  it('knows banners with a time, the order of lists and small latencies for the same', () => {
    const submission = healthyEndpoint(testEndpoint('submission', 'starttls'));
    const at = (greeting: string, handshakeMs: number, reverse: boolean) =>
      changeSessions(submission, ({ capabilitiesAfterTls, timings }) => ({
        greeting,
        timings: { ...timings, handshakeMs },
        capabilitiesAfterTls: reverse
          ? ['auth LOGIN PLAIN', 'PIPELINING', ...(capabilitiesAfterTls ?? []).slice(2)]
          : capabilitiesAfterTls,
      }));
    const before = at('220 mail ESMTP Exim 4.96 Wed, 25 Nov 2026 12:00:00 +0000', 20, false);
    const same = at('220 mail ESMTP Exim 4.96 Thu, 26 Nov 2026 13:10:01 +0000', 90, true);
    expect(changed(compareRuns(before, same))).toEqual([]);
    const newer = at('220 mail ESMTP Exim 4.98 Wed, 25 Nov 2026 12:00:00 +0000', 420, false);
    expect(changed(compareRuns(before, newer))).toEqual(['connection: Greeting', 'latency: Handshake']);
  });

  it('names an address that came or went, and keeps the sessions of both', () => {
    const alone: EndpointObservation = {
      ...healthy,
      addresses: { ok: true, facts: { list: [first], lookups: [] } },
      sessions: healthy.sessions.slice(0, 1),
    };
    const { fields } = compareRuns(healthy, alone);
    expect(fields.filter(({ difference }) => difference === 'changed').map(({ name }) => name)).toEqual([
      'IPv6 addresses',
    ]);
    expect(fields.find(({ address, name }) => address === second && name === 'Outcome')).toMatchObject({
      after: null,
      difference: 'unseen',
    });
  });
});
