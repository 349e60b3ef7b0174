import { parseScenario } from './parse-scenario.ts';
import { replay, type Outcome } from './replay.ts';
import { createTextSigner } from './signed-text.ts';
import { testAlgorithms } from './test-algorithms.ts';

const zone = createTextSigner('example.org.');
const keys = [zone.dnskey, zone.sign(zone.dnskey)];
const address = 'www.example.org. 3600 IN A 192.0.2.80';
const signed = [address, zone.sign(address)];
const forged = ['www.example.org. 3600 IN A 192.0.2.66', zone.sign(address)];

interface EntryText {
  readonly match?: string;
  readonly adjust?: string;
  readonly reply?: string;
  readonly question: string;
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
}

function entry({
  match = 'opcode qtype qname',
  adjust = 'copy_id',
  reply = 'QR NOERROR',
  ...sections
}: EntryText): string {
  const { question, answer = [], authority = [], additional = [] } = sections;
  return [
    'ENTRY_BEGIN',
    `MATCH ${match}`,
    `ADJUST ${adjust}`,
    `REPLY ${reply}`,
    ...['SECTION QUESTION', question],
    ...['SECTION ANSWER', ...answer],
    ...['SECTION AUTHORITY', ...authority],
    ...['SECTION ADDITIONAL', ...additional],
    'ENTRY_END',
  ].join('\n');
}

function range(steps: string, addresses: readonly string[], ...entries: readonly string[]): string {
  const lines = [`RANGE_BEGIN ${steps}`, ...addresses.map((one) => `ADDRESS ${one}`), ...entries, 'RANGE_END'];
  return lines.join('\n');
}

function step(number: number, word: 'QUERY' | 'CHECK_ANSWER', text: EntryText): string {
  return `STEP ${number} ${word}\n${entry({ match: 'all', ...text })}`;
}

const question = 'www.example.org. IN A';
const query = (number: number, reply = 'RD DO'): string => step(number, 'QUERY', { reply, question });
const expectSecure = (number: number): string =>
  step(number, 'CHECK_ANSWER', { reply: 'QR RD RA AD DO NOERROR', question, answer: signed });
const expectFailure = (number: number): string =>
  step(number, 'CHECK_ANSWER', { reply: 'QR RD RA DO SERVFAIL', question });

const keyEntry = entry({ question: 'example.org. IN DNSKEY', answer: keys });
const goodEntry = entry({ question, answer: signed });
const forgedEntry = entry({ question, answer: forged });

function run(parts: readonly string[], config = ''): Outcome {
  const head = `server:\n trust-anchor: "${zone.ds}"\n val-override-date: "20300601000000"\n${config}\nCONFIG_END\nSCENARIO_BEGIN x\n`;
  const scenario = parseScenario(`${head}${parts.join('\n')}\nSCENARIO_END\n`);
  if (!scenario.ok) throw new Error(scenario.error);
  return replay(scenario.value, testAlgorithms);
}

const stub = 'stub-zone:\n name: "."\n stub-addr: 192.0.2.1';

describe('replaying a recorded conversation', () => {
  it('agrees with right verdicts and shows wrong ones', () => {
    const good = range('0 100', [], keyEntry, goodEntry);
    const bad = range('0 100', [], keyEntry, forgedEntry);
    expect(run([good, query(1), expectSecure(2)])).toEqual({ kind: 'agree', checks: 1, notes: [] });
    expect(run([bad, query(1), expectFailure(2)]).kind).toBe('agree');
    const differing = run([bad, query(1), expectSecure(2), query(3), expectFailure(4)]);
    expect(differing.kind === 'differ' && differing.differences).toEqual([
      expect.stringMatching(/^step 2 www\.example\.org A: expected secure, ours bogus \(signature-invalid/),
    ]);
    expect(run([good, query(1), expectFailure(2)]).kind).toBe('differ');
  });

  it('wants no AD where nobody asked for it, and no verdict with CD', () => {
    const good = range('0 100', [], keyEntry, goodEntry);
    const bad = range('0 100', [], keyEntry, forgedEntry);
    const plain = step(2, 'CHECK_ANSWER', { reply: 'QR RD RA NOERROR', question, answer: [address] });
    expect(run([good, query(1, 'RD'), plain]).kind).toBe('agree');
    expect(run([good, query(1, 'RD DO'), plain]).kind).toBe('differ');
    expect(run([bad, query(1, 'RD'), plain]).kind).toBe('differ');
    expect(run([bad, query(1, 'RD CD'), plain]).kind).toBe('agree');
  });

  it('compares records and response code of a secure answer', () => {
    const good = range('0 100', [], keyEntry, goodEntry);
    const check = (answer: readonly string[], reply: string): Outcome =>
      run([good, query(1), step(2, 'CHECK_ANSWER', { reply, question, answer })]);
    expect(check(['www.example.org. 5 IN A 192.0.2.80'], 'QR AD DO NOERROR').kind).toBe('agree');
    expect(check(['www.example.org. 5 IN A 192.0.2.81'], 'QR AD DO NOERROR').kind).toBe('differ');
    expect(check(signed, 'QR AD DO NXDOMAIN').kind).toBe('differ');
  });

  it('lets servers speak only within their range of steps', () => {
    const ranges = [range('0 100', [], keyEntry), range('0 9', [], goodEntry), range('10 100', [], forgedEntry)];
    expect(run([...ranges, query(1), expectSecure(2), query(11), expectFailure(12)]).kind).toBe('agree');
  });

  it('remembers what servers said before they fell silent', () => {
    const early = range('0 9', [], keyEntry, goodEntry);
    expect(run([early, query(1), expectSecure(2), query(11), expectSecure(12)]).kind).toBe('agree');
    expect(run([early, query(11), expectFailure(12)]).kind).toBe('agree');
  });

  it('makes answers of a DNAME and of NSEC records that came with other answers', () => {
    const dname = 'd.example.org. 3600 IN DNAME t.example.org.';
    const target = 'b.t.example.org. 3600 IN A 192.0.2.82';
    const nsec = 'example.org. 3600 IN NSEC d.example.org. SOA RRSIG NSEC DNSKEY';
    const soa = 'example.org. 3600 IN SOA ns.example.org. root.example.org. 1 2 3 4 5';
    const [first, second] = ['a.d.example.org. IN A', 'aa.example.org. IN A'];
    const early = range(
      '0 9',
      ['192.0.2.1'],
      entry({
        question: first,
        answer: [dname, zone.sign(dname), 'a.d.example.org. 3600 IN CNAME a.t.example.org.'],
      }),
      entry({
        question: second,
        reply: 'QR NXDOMAIN',
        authority: [soa, zone.sign(soa), nsec, zone.sign(nsec)],
      }),
    );
    const always = range('0 100', ['192.0.2.1'], keyEntry, entry({ question: 'b.t.example.org. IN A', answer: [target, zone.sign(target)] }), entry({ question: 'a.t.example.org. IN A', answer: [target.replace('b.', 'a.'), zone.sign(target.replace('b.', 'a.'))] })); // prettier-ignore
    const ask = (number: number, asked: string): string => step(number, 'QUERY', { reply: 'RD DO', question: asked });
    const check = (number: number, asked: string, reply: string, answer: readonly string[]): string =>
      step(number, 'CHECK_ANSWER', { reply, question: asked, answer });
    const alias = 'b.d.example.org. 3600 IN CNAME b.t.example.org.';
    const before = [ask(1, first), check(2, first, 'QR AD DO NOERROR', ['a.d.example.org. CNAME a.t.example.org.', 'a.t.example.org. A 192.0.2.82']), ask(3, second), check(4, second, 'QR AD DO NXDOMAIN', [])]; // prettier-ignore
    const later = [
      ask(11, 'b.d.example.org. IN A'),
      check(12, 'b.d.example.org. IN A', 'QR AD DO NOERROR', [dname, alias, target]),
      ask(13, 'b.example.org. IN A'),
      check(14, 'b.example.org. IN A', 'QR AD DO NXDOMAIN', []),
    ];
    expect(run([early, always, ...before, ...later], stub)).toEqual({ kind: 'agree', checks: 4, notes: [] });
    expect(run([early, always, ...later], stub).kind).toBe('differ');
  });

  it('lets time pass until signatures have expired', () => {
    const good = range('0 100', [], keyEntry, goodEntry);
    const year = 'STEP 3 TIME_PASSES ELAPSE 31536000';
    expect(run([good, query(1), expectSecure(2), year, query(4), expectFailure(5)]).kind).toBe('agree');
    expect(run([good, query(1), expectSecure(2), query(4), expectFailure(5)]).kind).toBe('differ');
  });

  it('walks referrals from the stub to the server of the zone', () => {
    const referral = entry({
      match: 'opcode subdomain',
      adjust: 'copy_id copy_query',
      question: 'example.org. IN NS',
      authority: ['example.org. IN NS ns.example.org.'],
      additional: ['ns.example.org. IN A 192.0.2.2'],
    });
    const root = range('0 100', ['192.0.2.1'], referral);
    const own = range('0 100', ['192.0.2.2'], keyEntry, goodEntry);
    const other = range('0 100', ['192.0.2.3'], keyEntry, forgedEntry);
    expect(run([root, own, other, query(1), expectSecure(2)], stub).kind).toBe('agree');
    expect(run([root, other, query(1), expectSecure(2)], stub).kind).toBe('differ');
  });

  it('takes DS records out of referrals and finds servers without glue', () => {
    const child = createTextSigner('sub.example.org.');
    const record = 'www.sub.example.org. 3600 IN A 192.0.2.81';
    const below = { match: 'opcode subdomain', adjust: 'copy_id copy_query' };
    const root = range(
      '0 100',
      ['192.0.2.1'],
      entry({ ...below, question: 'example.org. IN NS', authority: ['example.org. IN NS ns.example.org.'], additional: ['ns.example.org. IN A 192.0.2.2'] }), // prettier-ignore
      entry({ ...below, question: 'example.net. IN NS', authority: ['example.net. IN NS ns.example.net.'], additional: ['ns.example.net. IN A 192.0.2.3'] }), // prettier-ignore
    );
    const parent = range(
      '0 100',
      ['192.0.2.2'],
      keyEntry,
      entry({ ...below, question: 'sub.example.org. IN NS', authority: ['sub.example.org. IN NS ns.example.net.', child.ds, zone.sign(child.ds)] }), // prettier-ignore
    );
    const servers = range(
      '0 100',
      ['192.0.2.3'],
      entry({ question: 'ns.example.net. IN A', answer: ['ns.example.net. IN A 192.0.2.3'] }),
      entry({ question: 'sub.example.org. IN DNSKEY', answer: [child.dnskey, child.sign(child.dnskey)] }),
      entry({ question: 'www.sub.example.org. IN A', answer: [record, child.sign(record)] }),
    );
    const asked = { question: 'www.sub.example.org. IN A' };
    const check = step(2, 'CHECK_ANSWER', { ...asked, reply: 'QR AD DO NOERROR', answer: [record] });
    const outcome = run([root, parent, servers, step(1, 'QUERY', { ...asked, reply: 'RD DO' }), check], stub);
    expect(outcome).toEqual({ kind: 'agree', checks: 1, notes: [] });
  });

  it('asks again over TCP where the answer is truncated', () => {
    const truncated = entry({ match: 'opcode qtype qname UDP', reply: 'QR TC NOERROR', question });
    const whole = entry({ match: 'opcode qtype qname TCP', question, answer: signed });
    expect(run([range('0 100', [], keyEntry, truncated, whole), query(1), expectSecure(2)]).kind).toBe('agree');
  });

  it('asks a forwarder only at its address', () => {
    const forward = 'forward-zone:\n name: "."\n forward-addr: 192.0.2.9';
    const at = (one: string): string => range('0 100', [one], keyEntry, goodEntry);
    expect(run([at('192.0.2.9'), query(1), expectSecure(2)], forward).kind).toBe('agree');
    expect(run([at('192.0.2.8'), query(1), expectFailure(2)], forward).kind).toBe('agree');
  });

  it('trusts nothing below a domain declared insecure', () => {
    const bad = range('0 100', [], keyEntry, forgedEntry);
    const check = step(2, 'CHECK_ANSWER', { reply: 'QR DO NOERROR', question, answer: forged });
    expect(run([bad, query(1), check], 'domain-insecure: "example.org"').kind).toBe('agree');
    expect(run([bad, query(1), check]).kind).toBe('differ');
  });

  it('notes other extended errors without counting them', () => {
    const bad = range('0 100', [], keyEntry, forgedEntry);
    const check = step(2, 'CHECK_ANSWER', { match: 'all ede=22', reply: 'QR DO SERVFAIL', question });
    const outcome = run([bad, query(1), check]);
    expect(outcome).toMatchObject({ kind: 'agree', notes: [expect.stringContaining('EDE 22 expected')] });
  });

  it('says why it cannot replay a scenario', () => {
    expect(run([range('0 100', [], keyEntry), query(1)])).toEqual({
      kind: 'unsupported',
      why: 'the file checks no answer',
    });
    expect(run([expectSecure(1)]).kind).toBe('unsupported');
  });
});
