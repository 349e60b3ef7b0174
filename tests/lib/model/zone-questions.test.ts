import { maxZoneQuestions, zoneQuestions } from '#lib/model/zone-questions.ts';

const small = {
  zone: 'example.org',
  domains: ['example.org'],
  endpoints: [
    { host: 'mail.example.org', port: 25 },
    { host: 'mail.example.org', port: 993 },
  ],
  cuts: [],
};
const asked = (names: Parameters<typeof zoneQuestions>[0]) =>
  zoneQuestions(names).questions.map(({ name, type }) => `${name} ${type}`);

describe('the questions of a zone', () => {
  it('are its apex, a denial and what mail needs, each once', () => {
    const questions = asked(small);
    expect(questions.slice(0, 7)).toEqual([
      ...['SOA', 'DNSKEY', 'NS', 'CDS', 'CDNSKEY', 'NSEC3PARAM'].map((type) => `example.org ${type}`),
      '_latchwatch-denial.example.org A',
    ]);
    expect(questions).toEqual(
      expect.arrayContaining([
        'example.org MX',
        '_25._tcp.mail.example.org TLSA',
        '_993._tcp.mail.example.org TLSA',
        'mail.example.org A',
        'mail.example.org AAAA',
        '_submissions._tcp.example.org SRV',
        '_mta-sts.example.org TXT',
        '_smtp._tls.example.org TXT',
      ]),
    );
    expect(new Set(questions).size).toBe(questions.length);
  });

  it('leave out what lies elsewhere', () => {
    const elsewhere = {
      ...small,
      domains: ['example.org', 'example.net', 'notexample.org'],
      cuts: ['_tcp.example.org'],
    };
    const questions = asked(elsewhere);
    expect(questions.filter((question) => question.includes('example.net'))).toEqual([]);
    expect(questions.filter((question) => question.includes('notexample'))).toEqual([]);
    expect(questions.filter((question) => question.includes('SRV'))).toEqual([]);
    // `_25._tcp.mail.example.org` is not below `_tcp.example.org`.
    expect(questions).toContain('_25._tcp.mail.example.org TLSA');
  });

  it('are at most so many, and the rest is counted', () => {
    const endpoints = Array.from({ length: 50 }, (_, index) => ({ host: `mx${index}.example.org`, port: 25 }));
    const few = zoneQuestions({ ...small, endpoints: [] });
    const { questions, unasked } = zoneQuestions({ ...small, endpoints });
    expect(few.unasked).toBe(0);
    expect(questions).toHaveLength(maxZoneQuestions);
    expect(questions.length + unasked).toBe(few.questions.length + 3 * endpoints.length);
    expect(questions[0]).toEqual({ name: 'example.org', type: 'SOA' });
  });

  it('do not hold names that DNS cannot hold', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`;
    const questions = asked({ ...small, zone: long, domains: [long], endpoints: [{ host: long, port: 25 }] });
    expect(questions).toContain(`${long} MX`);
    expect(questions.filter((question) => question.startsWith('_'))).toEqual([]);
  });
});
