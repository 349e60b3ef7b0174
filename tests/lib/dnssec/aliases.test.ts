import { nameOctets } from '#tests/lib/dns/message-builder.ts';
import { ask, createWorld, spoil, without } from '#tests/support/signed-world.ts';
import { address, cname, dname } from '#tests/support/zone-records.ts';

const long = 'a'.repeat(60);
const world = createWorld([
  { apex: '.' },
  {
    apex: 'example',
    records: [
      address('www.example'),
      cname('secure.example', 'www.example'),
      cname('over.example', 'back.unsigned'),
      cname('to-nothing.example', 'nope.example'),
      cname('to-outside.example', 'www.unsigned'),
      cname('*.wild.example', 'www.example'),
      cname('self.example', 'self.example'),
      cname('one.example', 'two.example'),
      cname('two.example', 'three.example'),
      cname('three.example', 'one.example'),
      dname('d.example', 'example'),
      dname('circle.example', 'x.circle.example'),
      dname('long.example', `${long}.${long}.${long}.example`),
      dname('*.wild-dname.example', 'example'),
      ...Array.from({ length: 13 }, (_, index) => cname(`c${index}.example`, `c${index + 1}.example`)),
      address('c13.example'),
    ],
  },
  { apex: 'unsigned', keys: null, records: [address('www.unsigned'), cname('back.unsigned', 'www.example')] },
]);

describe('aliases', () => {
  it.each([
    ['secure.example A', 'secure'],
    ['over.example A', 'insecure no-ds'],
    ['to-outside.example A', 'insecure no-ds'],
    ['to-nothing.example A', 'secure'],
    ['x.wild.example A', 'secure'],
    ['www.d.example A', 'secure'],
    ['secure.d.example A', 'secure'],
    ['self.example A', 'indeterminate alias-loop'],
    ['one.example A', 'indeterminate alias-loop'],
    ['circle.example A', 'secure'],
    ['y.circle.example A', 'indeterminate limit-aliases'],
    ['c2.example A', 'secure'],
    ['c1.example A', 'indeterminate limit-aliases'],
    ['secure.example CNAME', 'secure'],
    [`${long}.${long}.long.example A`, 'bogus record-malformed'],
  ])('%s: %s', (question, verdict) => {
    expect(ask(world, question).verdict).toBe(verdict);
  });

  it('have the worst state of all hops, and say that of each', () => {
    const { validation } = ask(world, 'over.example A');
    expect(validation.hops.map(({ kind, from, to, state }) => [kind, from, to, state.state])).toEqual([
      ['cname', 'over.example', 'back.unsigned', 'secure'],
      ['cname', 'back.unsigned', 'www.example', 'insecure'],
    ]);
    expect(validation.records).toEqual(['www.example 3600 IN A 192.0.2.1']);
    const bogus = ask(world, 'over.example A', {
      tamper: spoil('www.example A', ({ answer, ...rest }) => ({ ...rest, answer: answer.slice(0, 1) })),
    });
    expect(bogus.verdict).toBe('bogus signature-missing');
  });

  it('stay bogus where only a hop on the way is', () => {
    const redirected = [cname('secure.example', 'www.unsigned')];
    const tamper = spoil('secure.example A', ({ answer, ...rest }) => ({
      ...rest,
      answer: [...redirected, ...answer.filter(({ type }) => type === 'RRSIG')],
    }));
    expect(ask(world, 'secure.example A', { tamper }).verdict).toBe('bogus signature-invalid');
    const unsigned = spoil('secure.example A', (answer) => ({ ...answer, answer: redirected }));
    expect(ask(world, 'secure.example A', { tamper: unsigned }).verdict).toBe('bogus signature-missing');
  });

  it('may be answered in one message', () => {
    const joined = spoil('secure.example A', (answer) => ({
      ...answer,
      answer: [...world.answer('www.example A').answer, ...answer.answer],
    }));
    const asked = ask(world, 'secure.example A', { tamper: joined });
    expect([asked.verdict, asked.questions.includes('www.example A')]).toEqual(['secure', false]);
  });

  it('made from a wildcard need the proof that nothing is closer', () => {
    const tamper = spoil('x.wild.example A', (answer) => ({ ...answer, authority: without(answer.authority, 'NSEC') }));
    expect(ask(world, 'x.wild.example A', { tamper }).verdict).toBe('bogus wildcard-not-proven');
  });
});

describe('DNAME', () => {
  it('needs no CNAME beside it, and allows no other', () => {
    const change = (target: string | null) =>
      ask(world, 'www.d.example A', {
        tamper: spoil('www.d.example A', ({ answer, ...rest }) => ({
          ...rest,
          answer: answer.flatMap((record) =>
            record.type !== 'CNAME' ? [record] : target === null ? [] : [{ ...record, data: nameOctets(target) }],
          ),
        })),
      }).verdict;
    expect([change(null), change('www.example'), change('WWW.EXAMPLE'), change('www.unsigned')]).toEqual([
      'secure',
      'secure',
      'secure',
      'bogus dname-mismatch',
    ]);
  });

  it('is not believed without its signature, nor made from a wildcard', () => {
    const tamper = spoil('www.d.example A', ({ answer, ...rest }) => ({
      ...rest,
      answer: answer.filter(({ type }) => type !== 'RRSIG'),
    }));
    expect(ask(world, 'www.d.example A', { tamper }).verdict).toBe('bogus signature-missing');
    const expanded = spoil('a.b.wild-dname.example A', () => {
      const dnames = world.answer('*.wild-dname.example DNAME').answer;
      return {
        rcode: 'NOERROR',
        answer: dnames.map((one) => ({ ...one, name: 'b.wild-dname.example' })),
        authority: [],
      };
    });
    expect(ask(world, 'a.b.wild-dname.example A', { tamper: expanded }).verdict).toBe('bogus dname-mismatch');
  });
});
