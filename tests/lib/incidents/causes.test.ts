import { allFindings } from '#lib/checks/registry.ts';
import { explains } from '#lib/incidents/explain.ts';
import { brokenTags, causeKey, causeTable, explainingCodes, rankOf } from '#lib/incidents/causes.ts';

const codes = allFindings.map(({ code }) => code);

describe('the order of causes', () => {
  it('has a row for every finding code, and for nothing else', () => {
    expect(Object.keys(causeTable).toSorted()).toEqual(codes.toSorted());
  });

  it('lets a code explain only what comes later', () => {
    for (const [code, { explains }] of Object.entries(causeTable)) {
      if (explains === undefined || explains === 'later') continue;
      expect(explains.filter((later) => !codes.includes(later))).toEqual([]);
      // A code of the same level is kept silent by nothing: such an entry would only look like an explanation.
      for (const later of explains.filter((one) => one.startsWith('tag-') || one.startsWith('tlsa-')))
        expect([code, later, rankOf(code) < rankOf(later)]).toEqual([code, later, true]);
    }
  });

  it('goes from our own network to what clients make of it', () => {
    const road = [
      'own-network-down',
      'own-resolver-down',
      'dnssec-bogus',
      'host-without-address',
      'unreachable',
      'tls-handshake-failed',
      'certificate-expiry',
      'tag-tls-cert-broken',
    ];
    expect(road.map(rankOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(rankOf('tlsa-mismatch')).toBe(rankOf('certificate-expiry'));
    expect(rankOf('deep-status-missing')).toBe(rankOf('certificate-expiry'));
  });

  it('explains what the brief outages of the lab showed, and a warning of the zone explains nothing', () => {
    expect(explainingCodes).toEqual(expect.arrayContaining(['dnssec-bogus', 'unreachable', 'certificate-expiry']));
    expect(explainingCodes).not.toContain('nsec3-iterations');
    expect(explainingCodes).not.toContain('tag-tls-cert-broken');
  });
});

describe('what several subjects share', () => {
  const host = 'mail.example.org';

  it.each([
    ['certificate-expiry', { fingerprint: 'ab12' }, 'certificate:ab12'],
    ['certificate-expiry', {}, null],
    ['certificate-untrusted', { fingerprint: null }, null],
    ['unreachable', { fingerprint: 'ab12' }, 'host:mail.example.org'],
    ['host-without-address', {}, 'host:mail.example.org'],
    ['tlsa-mismatch', { fingerprint: 'ab12' }, null],
    ['of-another-version', { fingerprint: 'ab12' }, null],
  ])('%s with %j is %s', (code, params, cause) => {
    expect(causeKey({ code, host, params })).toBe(cause);
  });
});

describe('the tags that nobody can prove meanwhile', () => {
  it.each([
    ['certificate-expiry', { state: 'expired' }, ['tls-cert']],
    ['certificate-expiry', { state: 'expiring' }, []],
    ['tlsa-mismatch', {}, ['tls-dane-tlsa']],
    ['tlsa-unusable', { all: false }, []],
    ['starttls-missing', {}, ['tls10', 'tls12', 'tls-cert', 'tls-dane-tlsa']],
    ['tag-tls12-broken', {}, ['tls12']],
    ['unreachable', {}, []],
    ['of-another-version', {}, []],
  ])('of %s with %j are %j', (code, params, tags) => {
    expect(brokenTags(code, params)).toEqual(tags);
  });
});

describe('an explanation', () => {
  const places = [{ host: 'mail.example.org', port: 993 }];
  const about = { places, vantage: 'here' };
  const zone = {
    code: 'dnssec-bogus',
    severity: 'critical',
    places: [{ host: 'example.org', port: null }],
    vantage: null,
  } as const;

  it.each([
    ['a zone, of what lies in it', zone, { code: 'tlsa-bogus', severity: 'critical', ...about }, true],
    [
      'a zone, not of a name that only looks alike',
      zone,
      { code: 'tlsa-bogus', severity: 'critical', places: [{ host: 'mail.anexample.org', port: 993 }], vantage: null },
      false,
    ],
    [
      'a host that is gone, of its ports',
      { code: 'unreachable', severity: 'critical', ...about },
      { code: 'certificate-expiry', severity: 'critical', ...about },
      true,
    ],
    [
      'one address that is gone, of nothing',
      { code: 'unreachable', severity: 'error', ...about },
      { code: 'certificate-expiry', severity: 'error', ...about },
      false,
    ],
    [
      'a certificate, of the latch that it breaks',
      { code: 'certificate-expiry', severity: 'critical', ...about },
      { code: 'tag-tls-cert-broken', severity: 'critical', ...about },
      true,
    ],
    [
      'a certificate, not of TLS that is too old',
      { code: 'certificate-expiry', severity: 'critical', ...about },
      { code: 'tag-tls12-broken', severity: 'critical', ...about },
      false,
    ],
    [
      'our own network, of all that its worker sees',
      { code: 'own-network-down', severity: 'error', places: [], vantage: 'here' },
      { code: 'unreachable', severity: 'critical', ...about },
      true,
    ],
    [
      'our own network, not of what another worker sees',
      { code: 'own-network-down', severity: 'error', places: [], vantage: 'there' },
      { code: 'unreachable', severity: 'critical', ...about },
      false,
    ],
    [
      'nothing, of what comes before it',
      { code: 'tag-tls-cert-broken', severity: 'critical', ...about },
      { code: 'unreachable', severity: 'error', ...about },
      false,
    ],
  ] as const)('is %s', (_, parent, child, expected) => {
    expect(explains(parent, child)).toBe(expected);
  });
});
