import { toBase32Hex } from '#lib/dns/base32hex.ts';
import { recordTypes, type RecordType } from '#lib/dns/types.ts';
import { createBudget, defaultLimits } from '#lib/dnssec/budget.ts';
import { denyByNsec3, findCutByNsec3, nsec3Hash, type VerifiedNsec3 } from '#lib/dnssec/nsec3.ts';
import { nameOf } from '#tests/support/signed-world.ts';

describe('hashes of names', () => {
  it.each([
    ['example', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
    ['a.example', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
    ['AI.Example', 'gjeqe526plbf1g8mklp59enfd789njgi'],
    ['x.y.w.example', '2vptu5timamqttgl4luu9kg21e0aor3s'],
    ['*.w.example', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en'],
  ])('follow RFC 5155 appendix A: %s', (name, hash) => {
    const salt = Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd);
    expect(toBase32Hex(nsec3Hash(nameOf(name), { salt, iterations: 12 }))).toBe(hash);
  });
});

/** The only record of its chain: it spans every hash but its own. */
function nsec3(name: string, types: readonly RecordType[], of: Partial<VerifiedNsec3> = {}): VerifiedNsec3 {
  const parameters = { salt: of.salt ?? new Uint8Array(0), iterations: 0 };
  const hash = nsec3Hash(nameOf(name), parameters);
  return {
    ...parameters,
    owner: nameOf(`${toBase32Hex(hash)}.example`),
    hashAlgorithm: 1,
    flags: 0,
    nextHashedOwner: hash,
    types: new Set(types.map((type) => recordTypes[type])),
    signatures: [],
    ...of,
  };
}

function verdictOf(records: readonly VerifiedNsec3[], name = 'nope.example', nameError = true): string {
  const source = { zone: nameOf('example'), budget: createBudget(defaultLimits) };
  return denyByNsec3({ name: nameOf(name), type: recordTypes.A, nameError }, records, source).kind;
}

describe('NSEC3 records', () => {
  const apex = (of: Partial<VerifiedNsec3> = {}) => nsec3('example', ['SOA', 'NS'], of);

  it('of a zone with one name deny all others', () => {
    expect([verdictOf([apex()]), verdictOf([apex({ flags: 1 })])]).toEqual(['proven', 'insecure']);
    expect(verdictOf([apex()], 'example')).toBe('wrong');
  });

  it.each([
    ['an unknown hash', apex({ hashAlgorithm: 2 })],
    ['unknown flags', apex({ flags: 2 })],
    ['a short next hash', apex({ nextHashedOwner: new Uint8Array(19) })],
    ['an owner that is no hash', apex({ owner: nameOf('www.example') })],
    ['an owner deeper in the zone', apex({ owner: nameOf('0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.sub.example') })],
  ])('with %s are ignored', (_, record) => {
    expect(verdictOf([record])).toBe('missing');
    expect(verdictOf([record, apex()])).toBe('proven');
  });

  it('of different parameters are not mixed, and of more than three chains not all are looked at', () => {
    const stranger = (salt: number) => nsec3('x', ['A'], { salt: Uint8Array.of(salt) });
    expect(verdictOf([stranger(1), stranger(2), apex()])).toBe('proven');
    expect(verdictOf([stranger(1), stranger(2), stranger(3), apex()])).toBe('missing');
  });

  it('of a delegation or a DNAME deny no name below', () => {
    const below = (types: readonly RecordType[], nameError: boolean) =>
      verdictOf([nsec3('cut.example', types)], 'www.cut.example', nameError);
    for (const nameError of [true, false]) {
      expect([below(['NS'], nameError), below(['DNAME'], nameError)]).toEqual(['wrong', 'wrong']);
    }
    expect(below(['A'], true)).toBe('proven');
  });

  it('of a delegation deny nothing there but the DS record', () => {
    expect(verdictOf([nsec3('cut.example', ['NS'])], 'cut.example', false)).toBe('wrong');
    expect(verdictOf([nsec3('cut.example', ['CNAME'])], 'cut.example', false)).toBe('wrong');
    expect(verdictOf([nsec3('cut.example', ['MX'])], 'cut.example', false)).toBe('proven');
  });

  it.each([
    ['an unsigned delegation', nsec3('cut.example', ['NS']), { kind: 'unsigned' }],
    ['a signed delegation', nsec3('cut.example', ['NS', 'DS']), { kind: 'wrong' }],
    ['the apex of the child', nsec3('cut.example', ['NS', 'SOA']), { kind: 'wrong' }],
    ['an empty non-terminal', nsec3('cut.example', []), { kind: 'no-cut', below: true }],
    ['a DNAME', nsec3('cut.example', ['DNAME']), { kind: 'no-cut', below: false }],
    ['no name', apex(), { kind: 'no-cut', below: false }],
    ['a span with opt-out', apex({ flags: 1 }), { kind: 'insecure', reason: 'opt-out' }],
    ['too many iterations', apex({ iterations: 151 }), { kind: 'insecure', reason: 'nsec3-iterations' }],
  ])('say of a cut: %s', (_, record, finding) => {
    const source = { zone: nameOf('example'), budget: createBudget(defaultLimits) };
    expect(findCutByNsec3(nameOf('cut.example'), [record], source)).toMatchObject(finding);
  });
});
