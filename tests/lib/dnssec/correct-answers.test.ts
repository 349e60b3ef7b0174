import type { Nsec3Options } from '#tests/support/denial-chain.ts';
import { ask, createWorld, spoil, type QuestionText, type World } from '#tests/support/signed-world.ts';
import { address, cname, delegation, dname } from '#tests/support/zone-records.ts';
import { createKey } from '#tests/support/zone-signer.ts';

function worldWith(nsec3: Nsec3Options | null): World {
  return createWorld([
    { apex: '.' },
    {
      apex: 'example',
      ...(nsec3 === null ? {} : { nsec3 }),
      records: [
        address('www.example'),
        address('*.wild.example'),
        cname('alias.example', 'www.example'),
        dname('dname.example', 'sub.example'),
        address('x.ent.example'),
        delegation('elsewhere.example'),
      ],
    },
    { apex: 'sub.example', records: [address('www.sub.example')] },
    { apex: 'unsigned.example', keys: null, records: [address('www.unsigned.example')] },
  ]);
}

/** Verdict and kind of the proof, in a zone without opt-out. */
const answers: readonly (readonly [question: QuestionText, verdict: string, proof: string | null])[] = [
  ['www.example A', 'secure', null],
  ['www.example MX', 'secure', 'nodata'],
  ['www.example TYPE255', 'secure', null],
  ['nope.example A', 'secure', 'nxdomain'],
  ['deep.nope.example A', 'secure', 'nxdomain'],
  ['nope A', 'secure', 'nxdomain'],
  ['x.wild.example A', 'secure', 'wildcard-answer'],
  ['y.x.wild.example A', 'secure', 'wildcard-answer'],
  ['*.wild.example A', 'secure', null],
  ['x.wild.example MX', 'secure', 'wildcard-nodata'],
  ['wild.example A', 'secure', 'nodata'],
  ['ent.example A', 'secure', 'nodata'],
  ['alias.example A', 'secure', null],
  ['alias.example CNAME', 'secure', null],
  ['www.dname.example A', 'secure', null],
  ['www.dname.example CNAME', 'secure', null],
  ['dname.example A', 'secure', 'nodata'],
  ['www.sub.example A', 'secure', null],
  ['nope.sub.example A', 'secure', 'nxdomain'],
  ['sub.example A', 'secure', 'nodata'],
  ['sub.example DS', 'secure', null],
  ['sub.example DNSKEY', 'secure', null],
  ['elsewhere.example DS', 'secure', 'nodata'],
  ['unsigned.example DS', 'secure', 'nodata'],
  ['unsigned.example A', 'insecure no-ds', null],
  ['www.unsigned.example A', 'insecure no-ds', null],
  ['nope.unsigned.example A', 'insecure no-ds', null],
  ['. DS', 'secure', 'nodata'],
  ['. SOA', 'secure', null],
  ['. DNSKEY', 'secure', null],
];

describe.each([
  ['NSEC', null],
  ['NSEC3', {}],
  ['NSEC3 with salt and the most iterations', { salt: [1, 2, 3], iterations: 150 }],
])('a correct answer with %s', (_, nsec3) => {
  const world = worldWith(nsec3);

  it.each(answers)('to %s is %s', (question, verdict, proof) => {
    const asked = ask(world, question);
    expect([asked.verdict, asked.validation.denial?.kind ?? null]).toEqual([verdict, proof]);
    expect(asked.questions[0]).toBe(question);
    const further = asked.questions.slice(1);
    expect(new Set(further).size).toBe(further.length);
  });
});

describe('opt-out', () => {
  const world = worldWith({ optOut: true });
  const unproven = new Set(['nxdomain', 'wildcard-answer', 'wildcard-nodata']);

  it.each(answers)('leaves %s as it is, or makes it insecure', (question, verdict, proof) => {
    const weakened =
      (question.includes('.example ') && proof !== null && unproven.has(proof) && !question.includes('.sub.')) ||
      ['elsewhere.example DS', 'unsigned.example DS'].includes(question) ||
      verdict === 'insecure no-ds';
    expect(ask(world, question).verdict).toBe(weakened ? 'insecure opt-out' : verdict);
  });
});

describe('what a secure answer says', () => {
  const world = worldWith(null);

  it('names the chain, the wildcard and the zone', () => {
    const { validation, records } = ask(world, 'x.wild.example A');
    expect(validation).toMatchObject({
      name: 'x.wild.example',
      type: 'A',
      rcode: 'NOERROR',
      wildcard: '*.wild.example',
      zone: 'example',
      extendedError: null,
      records: ['x.wild.example 3600 IN A 192.0.2.1'],
      ttlSeconds: 3600,
    });
    expect(validation.links.map(({ zone, state }) => [zone, state.state])).toEqual([
      ['.', 'secure'],
      ['example', 'secure'],
    ]);
    expect(validation.links[1]).toMatchObject({
      ds: [{ digestType: 2, status: 'match' }],
      keys: [{ flags: 257, anchored: true, signsKeys: true }],
    });
    expect(records).toHaveLength(1);
  });

  it('does not depend on the letter case of owners and of names in the data', () => {
    const asked = ask(world, 'alias.example A', {
      tamper: spoil('alias.example A', (answer) => ({
        ...answer,
        answer: answer.answer.map((record) => ({
          ...record,
          name: record.name.toUpperCase(),
          data: record.type === 'CNAME' ? [3, ...Buffer.from('wWw'), 7, ...Buffer.from('ExamPLE'), 0] : record.data,
        })),
      })),
    });
    expect(asked.verdict).toBe('secure');
  });

  it('does not depend on the order of records, nor on one that came twice', () => {
    const many = createWorld([
      { apex: '.', records: [address('www', '192.0.2.1'), address('www', '192.0.2.3'), address('www', '192.0.2.2')] },
    ]);
    const asked = ask(many, 'www A', {
      tamper: spoil('www A', (answer) => ({ ...answer, answer: [...answer.answer, ...answer.answer].toReversed() })),
    });
    expect(asked.verdict).toBe('secure');
  });

  it('takes the code for the name from the proof, where the header says another', () => {
    const lie = (question: QuestionText) =>
      ask(world, question, { tamper: spoil(question, (answer) => ({ ...answer, rcode: 'NXDOMAIN' })) });
    for (const question of ['www.example A', 'www.example MX', 'ent.example A', 'x.wild.example MX']) {
      const { verdict, validation } = lie(question);
      expect([question, verdict, validation.rcode]).toEqual([question, 'secure', 'NOERROR']);
    }
  });
});

describe('algorithms', () => {
  it.each([8, 10, 13, 14, 15, 16])('%i signs a zone and its delegation', (algorithm) => {
    const world = createWorld([
      { apex: '.', keys: [createKey({ algorithm })] },
      {
        apex: 'example',
        keys: [createKey({ algorithm }), createKey({ algorithm, flags: 256 })],
        records: [address('www.example')],
      },
    ]);
    const { verdict, validation } = ask(world, 'www.example A');
    expect([verdict, validation.signatures.map((one) => one.algorithm)]).toEqual(['secure', [algorithm]]);
    expect(validation.links[1]?.keys.map(({ anchored, signsKeys }) => [anchored, signsKeys])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});
