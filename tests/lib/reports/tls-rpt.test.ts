import { parseTlsReport, type TlsReportPolicy } from '#lib/reports/tls-rpt.ts';

const now = Date.UTC(2026, 10, 25, 12);

/** Of the shape that RFC 8460 asks for. */
const whole = {
  'organization-name': 'Provider B',
  'date-range': { 'start-datetime': '2026-11-24T00:00:00Z', 'end-datetime': '2026-11-24T23:59:59Z' },
  'contact-info': 'tlsrpt@b.test',
  'report-id': '2026-11-24-example.org',
  policies: [
    {
      policy: { 'policy-type': 'tlsa', 'policy-string': ['3 1 1 aa'], 'policy-domain': 'MX.Example.org.' },
      summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
      'failure-details': [
        { 'result-type': 'starttls-not-supported', 'failed-session-count': 3 },
        {
          'result-type': 'certificate-expired',
          'sending-mta-ip': '2001:db8::1',
          'receiving-mx-hostname': 'MX.example.org.',
          'receiving-ip': '192.0.2.25',
          'failed-session-count': 300,
          'failure-reason-code': 'X509_V_ERR_CERT_HAS_EXPIRED',
        },
      ],
    },
  ],
};

function parse(report: unknown): readonly TlsReportPolicy[] {
  const parsed = parseTlsReport(JSON.stringify(report), now);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('parseTlsReport', () => {
  it('reads a report of the shape of RFC 8460, the most frequent failure first', () => {
    const policies = parse(whole);
    expect(policies[0]?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(policies).toEqual([
      {
        id: policies[0]?.id,
        organization: 'Provider B',
        reportId: '2026-11-24-example.org',
        domain: 'mx.example.org',
        policyType: 'tlsa',
        startsAt: Date.UTC(2026, 10, 24),
        endsAt: Date.UTC(2026, 10, 24, 23, 59, 59),
        successes: 5326,
        failures: 303,
        details: [
          {
            resultType: 'certificate-expired',
            sessions: 300,
            receivingHost: 'mx.example.org',
            receivingAddress: '192.0.2.25',
            sendingAddress: '2001:db8::1',
            reason: 'X509_V_ERR_CERT_HAS_EXPIRED',
          },
          {
            resultType: 'starttls-not-supported',
            sessions: 3,
            receivingHost: null,
            receivingAddress: null,
            sendingAddress: null,
            reason: null,
          },
        ],
      },
    ]);
  });

  it('takes what real senders leave out or write otherwise', () => {
    const [policy] = parse({
      'organization-name': 'Provider C',
      'contact-info': null,
      'report-id': 'x',
      'date-range': { 'start-datetime': '2026-11-24 00:00:00', 'end-datetime': '2026-11-25T00:00:00.000+00:00' },
      policies: {
        policy: { 'policy-type': 'no-policy-found' },
        summary: { 'total-successful-session-count': '17' },
        'failure-details': { 'result-type': 'Quantum-Failure', 'failed-session-count': -3 },
      },
    });
    expect(policy).toMatchObject({ domain: '', policyType: 'no-policy-found', successes: 17, failures: 1 });
    expect(policy?.details).toMatchObject([{ resultType: 'quantum-failure', sessions: 1, sendingAddress: null }]);
  });

  it('gives a policy the same id however often it comes, and two policies two', () => {
    const [first] = parse(whole);
    const again = { ...whole, 'contact-info': 'somebody else' };
    expect(parse(again)[0]?.id).toBe(first?.id);
    expect(parse({ ...whole, 'report-id': 'another' })[0]?.id).not.toBe(first?.id);
    const twice = parse({ ...whole, policies: [...whole.policies, ...whole.policies] });
    expect(new Set(twice.map(({ id }) => id)).size).toBe(2);
  });

  it('bounds and cleans what strangers wrote', () => {
    const details = Array.from({ length: 5000 }, (_, n) => ({
      'result-type': `x${String(n)}`,
      'failed-session-count': n,
    }));
    const [policy] = parse({
      ...whole,
      'organization-name': `a\u0000${'b'.repeat(500)}\ud800`,
      policies: [{ ...whole.policies[0], 'failure-details': details }],
    });
    expect(policy?.organization).toBe(`a${'b'.repeat(199)}`);
    expect(policy?.details).toHaveLength(200);
    expect(policy?.details[0]?.sessions).toBe(4999);
  });

  it.each([
    ['nonsense', 'The report is not a JSON object.'],
    ['[]', 'The report is not a JSON object.'],
    [JSON.stringify({ ...whole, 'date-range': null }), 'The report does not say of which time it is.'],
    [
      JSON.stringify({
        ...whole,
        'date-range': { 'start-datetime': '2026-11-24T00:00:00Z', 'end-datetime': '2026-11-23T00:00:00Z' },
      }),
      'The report ends before it starts, or is too long.',
    ],
    [
      JSON.stringify({
        ...whole,
        'date-range': { 'start-datetime': '2027-11-24T00:00:00Z', 'end-datetime': '2027-11-25T00:00:00Z' },
      }),
      'The report is of a time that is still to come.',
    ],
    [
      JSON.stringify({ ...whole, 'organization-name': 7, 'report-id': '' }),
      'The report names neither its sender nor itself.',
    ],
    [JSON.stringify({ ...whole, policies: [] }), 'The report holds no policies.'],
    [JSON.stringify({ ...whole, policies: Array(201).fill({}) }), 'The report holds more than 200 policies.'],
    ['['.repeat(100_000), 'The report is not a JSON object.'],
  ])('refuses %.60s', (text, sentence) => {
    expect(parseTlsReport(text, now)).toEqual({ ok: false, error: sentence });
  });
});
