import { maxIterations } from '#lib/dnssec/nsec3.ts';
import type { RecordToSend } from '#tests/lib/dns/message-builder.ts';
import type { Nsec3Options } from '#tests/support/denial-chain.ts';
import { validity, type AnswerToSend } from '#tests/support/served-zone.ts';
import { ask, coveredType, createWorld, spoil, without, type Tamper, type World } from '#tests/support/signed-world.ts';
import { address, cname, damaged, delegation, dname, strangeDs } from '#tests/support/zone-records.ts';
import { createKey, dsData, signSet, type ZoneKey } from '#tests/support/zone-signer.ts';

/* Somebody on the way changes answers, and has no key of the zones that he attacks. */

const evil = createKey();
const evilAddress = address('www.child.example', '203.0.113.66');

function worldWith(nsec3: Nsec3Options | null): World {
  const denial = nsec3 === null ? {} : { nsec3 };
  return createWorld([
    { apex: '.' },
    {
      apex: 'example',
      ...denial,
      records: [address('www.example'), address('*.example'), delegation('a.example'), delegation('z.example')],
    },
    { apex: 'child.example', ...denial, records: [address('www.child.example'), address('*.w.child.example')] },
    { apex: 'sibling.example', ...denial, records: [address('www.sibling.example')] },
  ]);
}

function signedBy(set: readonly RecordToSend[], zone: string, key: ZoneKey): readonly RecordToSend[] {
  return [...set, signSet(set, { zone, key, ...validity })];
}

function keyOf(world: World, apex: string): ZoneKey {
  const [key] = world.zone(apex).keys;
  if (key === undefined) throw new Error(`${apex} has no key`);
  return key;
}

function positive(answer: readonly RecordToSend[], authority: readonly RecordToSend[] = []): AnswerToSend {
  return { rcode: 'NOERROR', answer, authority };
}

function absent(rcode: 'NOERROR' | 'NXDOMAIN', authority: readonly RecordToSend[]): AnswerToSend {
  return { rcode, answer: [], authority };
}

describe.each([
  ['NSEC', null],
  ['NSEC3', {}],
  ['NSEC3 with opt-out', { optOut: true }],
])('with %s', (_, nsec3) => {
  const world = worldWith(nsec3);
  const question = 'www.child.example A';
  const verdictOf = (tamper: Tamper, asked = question) => ask(world, asked, { tamper }).verdict;

  it.each([
    ['no signature', () => positive([evilAddress]), 'signature-missing'],
    ['a key of his own', () => positive(signedBy([evilAddress], 'child.example', evil)), 'key-missing'],
    [
      'a key of his own with the tag of the real one',
      () => {
        const { tag } = keyOf(world, 'child.example');
        return positive(signedBy([evilAddress], 'child.example', createKey({ tag })));
      },
      'signature-invalid',
    ],
    ['a signer below', () => positive(signedBy([evilAddress], 'www.child.example', evil)), 'signer-wrong'],
    ['a signer above', () => positive(signedBy([evilAddress], 'example', evil)), 'key-missing'],
    ['the root as signer', () => positive(signedBy([evilAddress], '.', evil)), 'key-missing'],
    [
      'a sibling as signer',
      () => positive(signedBy([evilAddress], 'sibling.example', keyOf(world, 'sibling.example'))),
      'signer-wrong',
    ],
    [
      'the wildcard of the parent',
      () =>
        positive(
          world.answer('x.example A').answer.map((record) => ({ ...record, name: 'www.child.example' })),
          world.zone('example').denial('www.child.example'),
        ),
      'wildcard-not-proven',
    ],
    [
      'a wildcard of the zone without its proof',
      () => positive(world.answer('x.w.child.example A').answer.map((one) => ({ ...one, name: 'www.child.example' }))),
      'signature-invalid',
    ],
  ])('an address under %s is bogus', (_how, answer, reason) => {
    expect(verdictOf(spoil(question, answer))).toBe(`bogus ${reason}`);
  });

  it.each([
    ['nothing at all', () => absent('NXDOMAIN', [])],
    [
      'an unsigned SOA',
      () => absent('NOERROR', without(world.answer('x.child.example A').authority, 'NSEC').slice(0, 1)),
    ],
    ['the denial of another name', () => world.answer('nope.sibling.example A')],
    ['the denial of the zone itself', () => world.answer('child.example MX')],
    ['the record at the cut, from above', () => absent('NOERROR', world.zone('example').denial('child.example'))],
    ['the record at the cut, as NXDOMAIN', () => absent('NXDOMAIN', world.zone('example').denial('child.example'))],
    ['what the parent denies', () => absent('NXDOMAIN', world.answer('nope.example MX').authority)],
    ['what the root denies', () => world.answer('nope A')],
  ])('a denial by %s is bogus', (_how, answer) => {
    expect(verdictOf(spoil(question, answer))).toMatch(/^bogus (?:denial-|signer-wrong)/);
  });

  it.each([
    ['nothing', () => absent('NOERROR', [])],
    ['the SOA of the parent alone', () => absent('NOERROR', world.answer('child.example DS').authority.slice(0, 2))],
    ['the apex record of the child', () => absent('NOERROR', world.zone('child.example').denial('child.example'))],
    ['an answer of the child', () => world.answer('nope.child.example A')],
    ['the record of an unsigned sibling', () => absent('NOERROR', world.zone('example').denial('z.example'))],
    ['the record of the apex above', () => absent('NOERROR', world.zone('example').denial('example'))],
    ['what the root says', () => absent('NOERROR', world.zone('.').denial('child.example'))],
    ['what a sibling denies', () => absent('NXDOMAIN', world.answer('nope.sibling.example A').authority)],
  ])('a DS record denied by %s does not make the child insecure', (_how, answer) => {
    const forged = spoil('child.example DS', answer);
    const tamper: Tamper = (sent, asked) => (asked === question ? positive([evilAddress]) : forged(sent, asked));
    expect(verdictOf(tamper)).toMatch(/^bogus /);
    expect(ask(world, 'child.example DS', { tamper: forged }).verdict).toMatch(/^bogus /);
  });

  it('a DS record of his own is bogus, signed by the child or by himself', () => {
    const ds: RecordToSend = { name: 'child.example', type: 'DS', data: dsData('child.example', evil) };
    const own = [positive([ds]), positive(signedBy([ds], 'example', evil))];
    const child = positive(signedBy([ds], 'child.example', keyOf(world, 'child.example')));
    for (const answer of [...own, child]) {
      expect(verdictOf(spoil('child.example DS', () => answer))).toMatch(/^bogus /);
      expect(
        verdictOf(
          spoil('child.example DS', () => answer),
          'child.example DS',
        ),
      ).toMatch(/^bogus /);
    }
  });

  it('a DS record or its denial by the child is bogus, where it is all that was asked for', () => {
    const ds: RecordToSend = { name: 'child.example', type: 'DS', data: dsData('child.example', evil) };
    const forged = [
      positive(signedBy([ds], 'child.example', keyOf(world, 'child.example'))),
      absent('NOERROR', world.zone('child.example').denial('child.example')),
    ];
    for (const answer of forged) {
      let asked = 0;
      // The validator asks the same question again, on its way to the keys of the child.
      const once = spoil('child.example DS', (honest) => (asked++ === 0 ? answer : honest));
      expect(verdictOf(once, 'child.example DS')).toBe('bogus signer-wrong');
    }
  });

  it('a denial is bogus with a SOA record that somebody changed', () => {
    const tamper = spoil('nope.child.example A', ({ authority, ...rest }) => ({
      ...rest,
      authority: authority.map((record) => (record.type === 'SOA' ? damaged(record) : record)),
    }));
    expect(verdictOf(tamper, 'nope.child.example A')).toBe('bogus signature-invalid');
  });

  it('stripped of all signatures everywhere it is bogus', () => {
    const strip = (records: readonly RecordToSend[]) => records.filter((record) => coveredType(record) === null);
    const tamper: Tamper = ({ rcode, answer, authority }) => ({
      rcode,
      answer: strip(answer),
      authority: strip(authority),
    });
    for (const asked of [question, 'nope.child.example A', 'www.child.example MX', 'child.example DS', 'x.example A']) {
      expect(verdictOf(tamper, asked)).toMatch(/^bogus /);
    }
  });

  it('a signature that somebody added does no harm', () => {
    for (const [zone, key] of [
      ['child.example', evil],
      ['www.child.example', evil],
      ['example', evil],
    ] as const) {
      const tamper = spoil(question, ({ answer, ...rest }) => {
        const set = answer.filter(({ type }) => type === 'A');
        return { ...rest, answer: [signSet(set, { zone, key, ...validity }), ...answer] };
      });
      expect([zone, verdictOf(tamper)]).toEqual([zone, 'secure']);
    }
  });

  it('a wildcard answer for a name that exists is bogus, whatever real records come as its proof', () => {
    const { answer } = world.answer('x.example A');
    const forged = answer.map((record) => ({ ...record, name: 'www.example' }));
    const proofs = ['example', 'www.example', '*.example', 'child.example', 'x.example', 'xx.example', '0.example'].map(
      (name) => world.zone('example').denial(name),
    );
    for (const proof of [...proofs, proofs.flat()]) {
      expect(
        verdictOf(
          spoil('www.example A', () => positive(forged, proof)),
          'www.example A',
        ),
      ).toMatch(/^bogus /);
    }
  });

  it('what the parent says around the cut denies nothing below it, nor at it', () => {
    const { denial } = world.zone('example');
    const around = ['child.example', 'www.child.example', '*.child.example', 'example'].flatMap(denial);
    for (const asked of [question, 'child.example A']) {
      for (const rcode of ['NOERROR', 'NXDOMAIN'] as const) {
        expect(
          verdictOf(
            spoil(asked, () => absent(rcode, around)),
            asked,
          ),
        ).toMatch(/^bogus denial-/);
      }
    }
  });
});

it('an NSEC record that was made from a wildcard proves nothing', () => {
  const text: RecordToSend = { name: 'real.w.example', type: 'TXT', data: [1, 0x61] };
  const world = createWorld([{ apex: '.' }, { apex: 'example', records: [text, address('*.w.example')] }]);
  const moved = world
    .zone('example')
    .denial('*.w.example')
    .map((record) => ({ ...record, name: text.name }));
  const tamper = spoil('real.w.example TXT', () => absent('NOERROR', moved));
  expect(ask(world, 'real.w.example TXT', { tamper }).verdict).toMatch(/^bogus denial-/);
});

it('a signature for a wildcard above the zone does not count', () => {
  const key = createKey();
  const world = createWorld([{ apex: '.' }, { apex: 'example', keys: [key], records: [address('www.example')] }]);
  const tamper = spoil('www.example A', () => {
    const forged = signedBy([address('*')], 'example', key).map((record) => ({ ...record, name: 'www.example' }));
    return positive(forged, world.answer('nope.example A').authority);
  });
  expect(ask(world, 'www.example A', { tamper }).verdict).toBe('bogus signature-labels');
});

it('a DS record made from a wildcard is no delegation', () => {
  const ds: RecordToSend = { name: '*.example', type: 'DS', data: dsData('x.example', evil) };
  const world = createWorld([{ apex: '.' }, { apex: 'example', records: [ds] }]);
  const tamper = spoil('www.x.example A', () => positive([address('www.x.example')]));
  expect(ask(world, 'www.x.example A', { tamper }).verdict).toBe('bogus signature-labels');
});

it('an alias without signature hides no delegation', () => {
  const world = createWorld([{ apex: '.' }, { apex: 'unsigned', keys: null, records: [address('www.unsigned')] }]);
  for (const record of [cname('unsigned', 'x'), dname('.', 'x')]) {
    const { result } = ask(world, 'www.unsigned A', {
      tamper: spoil('unsigned DS', () => positive([record])),
    }).validation;
    expect(result).toMatchObject({ state: 'bogus', at: `${record.name} ${record.type}`, reason: 'signature-missing' });
  }
});

describe('keys of a delegation', () => {
  const key = createKey();
  const records = [address('www.example')];
  const verdictOf = (
    spec: { readonly keys?: readonly ZoneKey[]; readonly ds?: readonly (readonly number[])[] },
    tamper?: Tamper,
  ) => {
    const world = createWorld([{ apex: '.' }, { apex: 'example', keys: [key], records, ...spec }]);
    return ask(world, 'www.example A', tamper === undefined ? {} : { tamper }).verdict;
  };

  it.each([
    ['SHA-1', [dsData('example', key, 'sha1')], 'secure'],
    ['SHA-384', [dsData('example', key, 'sha384')], 'secure'],
    ['a stranger beside the right one', [strangeDs(), dsData('example', key)], 'secure'],
    ['an unknown algorithm beside the right one', [strangeDs({ algorithm: 200 }), dsData('example', key)], 'secure'],
    ['an unknown digest beside the right one', [strangeDs({ digestType: 3 }), dsData('example', key)], 'secure'],
    ['an unknown algorithm beside a wrong one', [strangeDs({ algorithm: 200 }), strangeDs()], 'bogus ds-mismatch'],
    [
      'SHA-1 that fits beside SHA-256 that does not',
      [dsData('example', key, 'sha1'), strangeDs()],
      'bogus ds-mismatch',
    ],
    ['the digest of another name', [dsData('example.org', key)], 'bogus ds-mismatch'],
    ['a digest with an octet too few', [dsData('example', key).slice(0, -1)], 'bogus ds-mismatch'],
    ['nothing but unknown algorithms', [strangeDs({ algorithm: 200 })], 'insecure unsupported-algorithm'],
    ['nothing but unknown digests', [strangeDs({ digestType: 3 })], 'insecure unsupported-digest'],
  ])('with a DS record of %s', (_, ds, verdict) => {
    expect(verdictOf({ ds })).toBe(verdict);
  });

  it.each([
    ['without the zone flag', { flags: 1 }, 'key-not-for-zones'],
    ['that is revoked', { flags: 0x0181 }, 'key-revoked'],
    ['of another protocol', { protocol: 2 }, 'key-not-for-zones'],
  ])('a key %s cannot be anchored, though its digest fits', (_, options, reason) => {
    const bad = createKey(options);
    expect(verdictOf({ keys: [bad], ds: [dsData('example', bad)] })).toBe(`bogus ${reason}`);
  });

  it('a key that somebody adds does not count, even with the tag of the real one', () => {
    const added = createKey({ tag: key.tag });
    const keySet = [added, key].map(({ data }): RecordToSend => ({ name: 'example', type: 'DNSKEY', data }));
    const tamper: Tamper = (answer, asked) => {
      if (asked === 'example DNSKEY') return positive(signedBy(keySet, 'example', added));
      return asked === 'www.example A' ? positive(signedBy(records, 'example', added)) : answer;
    };
    expect(verdictOf({}, tamper)).toBe('bogus signature-invalid');
  });

  it('a key set with nothing but the key of somebody is a mismatch', () => {
    const keySet: readonly RecordToSend[] = [{ name: 'example', type: 'DNSKEY', data: evil.data }];
    expect(
      verdictOf(
        {},
        spoil('example DNSKEY', () => positive(signedBy(keySet, 'example', evil))),
      ),
    ).toBe('bogus ds-mismatch');
  });

  it('a DS record in the name of the child is bogus, even where parent and child share a key', () => {
    const world = createWorld([
      {
        apex: '.',
        keys: [key],
        resign: (set, own) => (set[0]?.type === 'DS' ? [signSet(set, { zone: 'example', key, ...validity })] : own()),
      },
      { apex: 'example', keys: [key], records },
    ]);
    expect(ask(world, 'www.example A').verdict).toBe('bogus signer-wrong');
  });

  it('a key set that only a key without DS signs is bogus', () => {
    const other = createKey();
    const world = createWorld([
      { apex: '.' },
      {
        apex: 'example',
        keys: [key, other],
        ds: [dsData('example', key)],
        records,
        resign: (set, own) =>
          set[0]?.type === 'DNSKEY' ? [signSet(set, { zone: 'example', key: other, ...validity })] : own(),
      },
    ]);
    expect(ask(world, 'www.example A').verdict).toBe('bogus key-missing');
  });
});

describe('several signatures', () => {
  const key = createKey();
  const verdictOf = (
    resign: (own: readonly RecordToSend[], set: readonly RecordToSend[]) => readonly RecordToSend[],
  ) => {
    const world = createWorld([
      {
        apex: '.',
        keys: [key],
        records: [address('www')],
        resign: (set, own) => (set[0]?.type === 'A' ? resign(own(), set) : own()),
      },
    ]);
    const { verdict, validation } = ask(world, 'www A');
    return [verdict, validation.signatures.map(({ status }) => status)];
  };
  const expired = { zone: '.', key, ...validity, expiration: validity.inception + 1 };

  it('need one that is valid, and say what became of the others', () => {
    expect(verdictOf((own, set) => [signSet(set, expired), ...own])).toEqual([
      'secure',
      ['signature-expired', 'valid'],
    ]);
    expect(verdictOf((own, set) => [...own, signSet(set, expired)])).toEqual([
      'secure',
      ['valid', 'signature-expired'],
    ]);
    expect(verdictOf((own) => [...own.map(damaged), ...own])).toEqual(['secure', ['signature-invalid', 'valid']]);
  });

  it('give the most telling reason where none is valid', () => {
    expect(verdictOf((own, set) => [...own.map(damaged), signSet(set, expired)])).toEqual([
      'bogus signature-expired',
      ['signature-invalid', 'signature-expired'],
    ]);
    const unknown = (record: RecordToSend): RecordToSend => ({
      ...record,
      data: record.data.map((octet, index) => (index === 2 ? 200 : octet)),
    });
    expect(verdictOf((own) => own.map(unknown))).toEqual(['bogus unsupported-algorithm', ['unsupported-algorithm']]);
  });
});

describe('an island with an anchor of its own', () => {
  const world = createWorld([
    { apex: '.' },
    { apex: 'unsigned', keys: null },
    { apex: 'island.unsigned', records: [address('www.island.unsigned')] },
  ]);
  const anchors = [world.anchor('.'), world.anchor('island.unsigned')];

  it('is secure, and insecure without the anchor', () => {
    const asked = ask(world, 'www.island.unsigned A', { anchors });
    expect([asked.verdict, asked.validation.anchor?.zone]).toEqual(['secure', 'island.unsigned']);
    expect(ask(world, 'www.island.unsigned A').verdict).toBe('insecure no-ds');
  });

  it('is not weakened by a signer in the unsigned zone above', () => {
    const forged = address('www.island.unsigned', '203.0.113.66');
    for (const zone of ['unsigned', '.', 'www.island.unsigned']) {
      const tamper = spoil('www.island.unsigned A', () => positive(signedBy([forged], zone, evil)));
      expect(ask(world, 'www.island.unsigned A', { anchors, tamper }).verdict).toMatch(/^bogus /);
    }
  });

  it('has nothing to say about names outside', () => {
    expect(ask(world, 'www.example A', { anchors: [world.anchor('island.unsigned')] }).verdict).toBe(
      'indeterminate no-trust-anchor',
    );
  });
});

describe('NSEC3 iterations', () => {
  it('are counted up to a limit, and above only the signature is', () => {
    const world = (iterations: number) => createWorld([{ apex: '.', nsec3: { iterations } }]);
    expect(ask(world(maxIterations), 'nope A').verdict).toBe('secure');
    const many = ask(world(maxIterations + 1), 'nope A');
    expect([many.verdict, many.validation.spent.hashes]).toEqual(['insecure nsec3-iterations', 0]);
  });

  it('of a forged record are not counted', () => {
    const world = createWorld([{ apex: '.', nsec3: {}, records: [address('www')] }]);
    const forged = createWorld([{ apex: '.', nsec3: { iterations: 65_535 }, records: [address('www')] }]);
    const asked = ask(world, 'www A', { tamper: spoil('www A', () => forged.answer('nope A')) });
    expect(asked.verdict).toMatch(/^bogus /);
    expect(asked.validation.spent.hashes).toBe(0);
  });
});
