import { algorithms, type AlgorithmTable } from '#lib/dnssec/algorithms.ts';
import { defaultLimits } from '#lib/dnssec/budget.ts';
import type { RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { validity, type ZoneToServe } from '#tests/support/served-zone.ts';
import { ask, createWorld, spoil, type AskOptions } from '#tests/support/signed-world.ts';
import { address } from '#tests/support/zone-records.ts';
import { createKey, signSet, type ZoneKey } from '#tests/support/zone-signer.ts';

/* Zones that are made to cost time (CVE-2023-50387, CVE-2023-50868). */

/** The algorithms, and how often one of them was used. */
function countedAlgorithms(): { readonly table: AlgorithmTable; readonly count: () => number } {
  let count = 0;
  const table = new Map(
    [...algorithms].map(([number, algorithm]) => [
      number,
      {
        ...algorithm,
        verify: (signed: Parameters<typeof algorithm.verify>[0]) => {
          count += 1;
          return algorithm.verify(signed);
        },
      },
    ]),
  );
  return { table, count: () => count };
}

function askCounted(specs: readonly ZoneToServe[], question: string, options: AskOptions = {}) {
  const { table, count } = countedAlgorithms();
  const { verdict, validation, questions } = ask(createWorld(specs), question, { ...options, algorithms: table });
  expect(validation.spent.signatures).toBe(count());
  return { verdict, verifications: count(), hashes: validation.spent.hashes, questions: questions.length };
}

const key = createKey({ algorithm: 15 });
const www = address('www.example');

/** Keys of the same tag: the same words of 16 bits in another order. */
const crowd: readonly ZoneKey[] = Array.from({ length: 999 }, (_, index) => {
  const words = Array.from({ length: 16 }, (_word, at) => key.data.slice(4 + 2 * at, 6 + 2 * at));
  for (const from of [index % 16, (index >> 4) % 16, (index >> 8) % 16]) words.push(...words.splice(from, 1));
  return { ...key, data: [...key.data.slice(0, 4), ...words.toReversed().flat()] };
});

/** An RRSIG with the head of a real one and a short signature. */
function junkSignature(set: readonly RecordToSend[], index: number): RecordToSend {
  const real = signSet(set, { zone: 'example', key, ...validity });
  return { ...real, data: [...real.data.slice(0, -64), index >> 8, index & 0xff] };
}

describe('limits', () => {
  it('stop a thousand keys of one tag', () => {
    const outcome = askCounted(
      [
        { apex: '.' },
        {
          apex: 'example',
          keys: [...crowd, key],
          ds: [[...[key.tag >> 8, key.tag & 0xff], 15, 2, ...new Array<number>(32).fill(0)]],
          records: [www],
          resign: (set) => [signSet(set, { zone: 'example', key, ...validity })],
        },
      ],
      'www.example A',
    );
    expect(outcome.verdict).toBe('bogus ds-mismatch');
    // The key set of the root and the DS record.
    expect(outcome.verifications).toBe(2);
  });

  it('stop a thousand keys of one tag that the parent vouches for', () => {
    const outcome = askCounted(
      [
        {
          apex: '.',
          keys: [...crowd, key],
          records: [address('www')],
          resign: (set) => [signSet(set, { zone: '.', key, ...validity })],
        },
      ],
      'www A',
    );
    expect(outcome).toMatchObject({
      verdict: 'indeterminate limit-signatures',
      verifications: defaultLimits.keysPerSignature,
    });
  });

  it('stop a thousand signatures of one record set', () => {
    const outcome = askCounted(
      [
        { apex: '.' },
        {
          apex: 'example',
          keys: [key],
          records: [www],
          resign: (set, own) =>
            set[0]?.type === 'A' ? Array.from({ length: 999 }, (_, index) => junkSignature(set, index)) : own(),
        },
      ],
      'www.example A',
    );
    // Three on the way to the keys.
    expect(outcome).toMatchObject({
      verdict: 'indeterminate limit-signatures',
      verifications: 3 + defaultLimits.signaturesPerSet,
    });
  });

  it('find the valid signature among those that are looked at', () => {
    const mixed = (junk: number) =>
      askCounted(
        [
          { apex: '.' },
          {
            apex: 'example',
            keys: [key],
            records: [www],
            resign: (set, own) =>
              set[0]?.type === 'A'
                ? [...Array.from({ length: junk }, (_, index) => junkSignature(set, index)), ...own()]
                : own(),
          },
        ],
        'www.example A',
      ).verdict;
    expect([mixed(7), mixed(8)]).toEqual(['secure', 'indeterminate limit-signatures']);
  });

  it('hold for all signatures of an answer together', () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index + 10}.example`);
    const world = { apex: 'example', keys: [key], records: names.map((name) => address(name)) };
    const served = createWorld([{ apex: '.' }, world]);
    const authority = names.flatMap((name) => {
      const set = served.zone('example').denial(name).slice(0, 1);
      return [...set, ...Array.from({ length: 8 }, (_, index) => junkSignature(set, index))];
    });
    const tamper = spoil('nope.example A', () => ({ rcode: 'NXDOMAIN', answer: [], authority }));
    const outcome = askCounted([{ apex: '.' }, world], 'nope.example A', {
      tamper,
      limits: { ...defaultLimits, signatures: 50 },
    });
    expect(outcome).toMatchObject({ verdict: 'indeterminate limit-signatures', verifications: 50 });
    const free = askCounted([{ apex: '.' }, world], 'nope.example A', { tamper });
    expect(free.verdict).toMatch(/^bogus |limit-signatures$/);
    expect(free.verifications).toBeLessThanOrEqual(defaultLimits.signatures);
  });

  it('stop hashes of a name with many labels', () => {
    const spec = { apex: '.', nsec3: { iterations: 150 } };
    const deep = `${'a.'.repeat(60)}nope A`;
    expect(askCounted([spec], deep)).toMatchObject({ verdict: 'secure', hashes: 63 });
    expect(askCounted([spec], deep, { limits: { ...defaultLimits, hashes: 20 } })).toMatchObject({
      verdict: 'indeterminate limit-hashes',
      hashes: 20,
    });
  });

  it('stop hashes of several chains', () => {
    const deep = `${'a.'.repeat(110)}nope A`;
    const keys = [key];
    const chains = [1, 2, 3, 4].map((salt) =>
      createWorld([{ apex: '.', keys, nsec3: { salt: [salt] }, records: [address('www')] }]),
    );
    // None of them has the closest encloser, so every ancestor is hashed.
    const authority = chains.flatMap((world) => world.zone('.').denial('www'));
    const tamper = spoil(deep, () => ({ rcode: 'NXDOMAIN', answer: [], authority }));
    expect(askCounted([{ apex: '.', keys }], deep, { tamper })).toMatchObject({
      verdict: 'indeterminate limit-hashes',
      hashes: defaultLimits.hashes,
    });
  });

  it('stop questions about a name with many labels', () => {
    const deep = `${'a.'.repeat(100)}example`;
    const strip = spoil(`${deep} A`, ({ answer, ...rest }) => ({ ...rest, answer: answer.slice(0, 1) }));
    const spec = { apex: '.', records: [address(deep)] };
    expect(askCounted([spec], `${deep} A`)).toMatchObject({ verdict: 'secure', questions: 2 });
    expect(askCounted([spec], `${deep} A`, { tamper: strip })).toMatchObject({
      verdict: 'indeterminate limit-questions',
      questions: defaultLimits.questions,
    });
  });

  it('leave a message with thousands of record sets bogus', () => {
    const crowd = Array.from(
      { length: 3000 },
      (_, index) => ({ name: `${index}.x`, type: 'NSEC', data: [0] }) as const,
    );
    const types = Array.from({ length: 3000 }, (_, index) => ({ name: 'www', type: 1000 + index, data: [0] }));
    const spec = { apex: '.', records: [address('www')] };
    const denied = spoil('www A', () => ({ rcode: 'NXDOMAIN', answer: [], authority: crowd }));
    expect(askCounted([spec], 'www A', { tamper: denied }).verdict).toBe('bogus signature-missing');
    const any = spoil('www TYPE255', (answer) => ({ ...answer, answer: types }));
    expect(askCounted([spec], 'www TYPE255', { tamper: any }).verdict).toBe('bogus signature-missing');
  });
});
