import { recordTypes, type RecordType } from '#lib/dns/types.ts';
import { denyByNsec, denyCloserByNsec, findCutByNsec, type VerifiedNsec } from '#lib/dnssec/nsec.ts';
import { nameOf } from '#tests/support/signed-world.ts';

function nsec(owner: string, next: string, types: readonly RecordType[]): VerifiedNsec {
  return {
    owner: nameOf(owner),
    next: nameOf(next),
    types: new Set(types.map((type) => recordTypes[type])),
    signatures: [],
  };
}

/** Seen from above a cut, which says nothing about what is below it (RFC 6840 section 4.1). */
const atCut = nsec('cut.example', 'z.example', ['NS', 'RRSIG', 'NSEC']);
const atDname = nsec('cut.example', 'z.example', ['DNAME', 'RRSIG', 'NSEC']);
const apex = nsec('cut.example', 'a.cut.example', ['NS', 'SOA', 'RRSIG', 'NSEC', 'DNSKEY']);
const plain = nsec('cut.example', 'z.example', ['A', 'RRSIG', 'NSEC']);
const first = nsec('example', 'b.example', ['NS', 'SOA', 'RRSIG', 'NSEC', 'DNSKEY']);

describe('NSEC records of a delegation or a DNAME', () => {
  const name = nameOf('www.cut.example');

  it.each([
    ['a delegation', atCut],
    ['a DNAME', atDname],
  ])('of %s deny no name below', (_, record) => {
    for (const nameError of [true, false]) {
      expect(denyByNsec({ name, type: recordTypes.A, nameError }, [record, first])).toEqual({ kind: 'wrong' });
    }
    expect(denyCloserByNsec({ name, wildcardLabels: 2 }, [record])).toEqual({ kind: 'missing' });
    expect(findCutByNsec(name, [record])).toEqual({ kind: 'wrong' });
  });

  it('deny it where they are of neither', () => {
    expect(denyByNsec({ name, type: recordTypes.A, nameError: true }, [plain])).toMatchObject({ kind: 'proven' });
    expect(denyCloserByNsec({ name, wildcardLabels: 2 }, [plain])).toMatchObject({ kind: 'proven' });
    expect(findCutByNsec(name, [plain])).toMatchObject({ kind: 'no-cut', below: false });
  });

  it('deny nothing at the cut but its DS record', () => {
    const denied = (type: RecordType, record: VerifiedNsec) =>
      denyByNsec({ name: nameOf('cut.example'), type: recordTypes[type], nameError: false }, [record]).kind;
    expect([denied('DS', atCut), denied('A', atCut), denied('NS', atCut)]).toEqual(['proven', 'wrong', 'wrong']);
    expect([denied('DS', apex), denied('A', apex), denied('MX', plain)]).toEqual(['wrong', 'proven', 'proven']);
    expect(denied('A', nsec('cut.example', 'z.example', ['CNAME']))).toBe('wrong');
  });
});

describe('what NSEC records say of a cut', () => {
  it.each([
    ['an unsigned delegation', atCut, { kind: 'unsigned' }],
    ['a signed delegation', nsec('cut.example', 'z.example', ['NS', 'DS']), { kind: 'wrong' }],
    ['the apex of the child', apex, { kind: 'wrong' }],
    ['a name with records', plain, { kind: 'no-cut', below: true }],
    ['a DNAME', atDname, { kind: 'no-cut', below: false }],
    ['an empty non-terminal', nsec('b.example', 'a.cut.example', ['A']), { kind: 'no-cut', below: true }],
    ['no name at all', nsec('b.example', 'z.example', ['A']), { kind: 'no-cut', below: false }],
    ['the end of the zone', nsec('b.example', 'example', ['A']), { kind: 'no-cut', below: false }],
    ['another name', nsec('d.example', 'z.example', ['A']), { kind: 'missing' }],
  ])('%s', (_, record, finding) => {
    expect(findCutByNsec(nameOf('cut.example'), [record])).toMatchObject(finding);
  });
});

describe('a wildcard answer', () => {
  it('needs a record between the name and the parent of the wildcard', () => {
    const denied = (name: string, wildcardLabels: number, record: VerifiedNsec) =>
      denyCloserByNsec({ name: nameOf(name), wildcardLabels }, [record]).kind;
    expect(denied('x.example', 1, plain)).toBe('proven');
    expect(denied('x.cut.example', 1, plain)).toBe('missing');
    expect(denied('x.example', 1, nsec('cut.example', 'a.x.example', ['A']))).toBe('missing');
    expect(denied('cut.example', 1, plain)).toBe('missing');
    expect(denied('zz.example', 1, plain)).toBe('missing');
  });
});

describe('a wildcard that is an empty non-terminal', () => {
  it('denies types and not names', () => {
    const records = [nsec('example', 'a.*.example', ['SOA', 'NS']), nsec('a.*.example', 'example', ['A'])];
    const denied = { name: nameOf('b.example'), type: recordTypes.A };
    expect(denyByNsec({ ...denied, nameError: true }, records)).toEqual({ kind: 'wrong' });
    expect(denyByNsec({ ...denied, nameError: false }, records)).toMatchObject({
      kind: 'proven',
      proof: { kind: 'wildcard-nodata' },
    });
  });
});
