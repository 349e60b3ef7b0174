import fc from 'fast-check';
import { Name, parseName } from '#lib/dns/name.ts';
import { readName, skipName } from '#lib/dns/read-name.ts';

function name(text: string): Name {
  const parsed = parseName(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`);
  return parsed.value;
}

const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x2e, 0x5c, 0x20, 0x41, 0x61, 0x00));
const label = fc.array(octet, { minLength: 1, maxLength: 10 }).map((octets) => Uint8Array.from(octets));
const anyName = fc.array(label, { maxLength: 8 }).map((labels) => {
  const made = Name.fromLabels(labels);
  if (!made.ok) throw new Error(made.error);
  return made.value;
});

describe('presentation form of names', () => {
  it.each([
    ['.', '.'],
    ['example.org', 'example.org'],
    ['example.org.', 'example.org'],
    ['Example.ORG', 'Example.ORG'],
    ['a\\.b.example', 'a\\.b.example'],
    ['\\000\\255.example', '\\000\\255.example'],
    ['\\097.example', 'a.example'],
    ['a\\;b', 'a\\;b'],
    ['_993._tcp.mail.example.org', '_993._tcp.mail.example.org'],
  ])('reads %j and writes %j', (text, written) => {
    expect(name(text).toString()).toBe(written);
  });

  it.each([
    ['', 'empty'],
    ['..', 'empty'],
    ['a..b', 'empty'],
    ['.a', 'empty'],
    ['a\\', 'backslash'],
    ['a\\25', 'backslash'],
    ['a\\256', 'backslash'],
    ['ü.example', 'A-label'],
    ['a'.repeat(64), '63'],
    ['a.'.repeat(128), '255'],
    [`${'a'.repeat(63)}.`.repeat(4), '255'],
  ])('refuses %j', (text, why) => {
    const parsed = parseName(text);
    expect(parsed.ok ? '' : parsed.error).toContain(why);
  });

  it('accepts the longest name there is', () => {
    expect(name('a.'.repeat(127)).labelCount).toBe(127);
    expect(name('a.'.repeat(127)).toWire()).toHaveLength(255);
  });

  it('comes back as the same octets', () => {
    fc.assert(
      fc.property(anyName, (original) => {
        expect(name(original.toString()).toWire()).toEqual(original.toWire());
      }),
    );
  });

  it('does not let a caller change it', () => {
    const immutable = name('a.example');
    immutable.labels()[0]?.set([0x62]);
    immutable.toWire().set([0x62], 1);
    expect(immutable.toString()).toBe('a.example');
  });
});

describe('comparison of names', () => {
  it('follows the example of RFC 4034 section 6.1', () => {
    const ordered = [
      'example',
      'a.example',
      'yljkjljk.a.example',
      'Z.a.example',
      'zABC.a.EXAMPLE',
      'z.example',
      '\\001.z.example',
      '*.z.example',
      '\\200.z.example',
    ].map(name);
    expect(
      [...ordered]
        .reverse()
        .sort((a, b) => a.compareCanonical(b))
        .map(String),
    ).toEqual(ordered.map(String));
  });

  it('is a total order that agrees with equality and with keys', () => {
    fc.assert(
      fc.property(anyName, anyName, anyName, (a, b, c) => {
        expect(Math.sign(a.compareCanonical(b))).toBe(0 - Math.sign(b.compareCanonical(a)));
        expect(a.equals(b)).toBe(a.key() === b.key());
        expect(a.compareCanonical(a)).toBe(0);
        const [x, y, z] = [a, b, c].sort((left, right) => left.compareCanonical(right));
        if (x !== undefined && y !== undefined && z !== undefined) {
          expect(Math.max(x.compareCanonical(y), y.compareCanonical(z), x.compareCanonical(z))).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('tells a dot inside a label from one between labels', () => {
    expect(name('a\\.b.example').equals(name('a.b.example'))).toBe(false);
    expect(name('a\\.example').isSubdomainOf(name('example'))).toBe(false);
  });

  it('knows what is below what', () => {
    expect(name('Mail.EXAMPLE.org').isSubdomainOf(name('example.org'))).toBe(true);
    expect(name('example.org').isSubdomainOf(name('example.org'))).toBe(true);
    expect(name('example.org').isSubdomainOf(name('mail.example.org'))).toBe(false);
    expect(name('notexample.org').isSubdomainOf(name('example.org'))).toBe(false);
    expect(name('example.org').isSubdomainOf(Name.root)).toBe(true);
    expect(name('mail.example.org').parent()?.toString()).toBe('example.org');
    expect(Name.root.parent()).toBeNull();
  });
});

describe('names in messages', () => {
  it('reads back what toWire wrote, and says where it ends', () => {
    fc.assert(
      fc.property(
        anyName,
        fc.uint8Array({ maxLength: 5 }),
        fc.uint8Array({ maxLength: 5 }),
        (original, before, after) => {
          const wire = original.toWire();
          const message = Uint8Array.from([...before, ...wire, ...after]);
          const read = readName(message, before.length, message.length);
          expect(read.ok && read.value.name.toWire()).toEqual(wire);
          expect(read.ok && read.value.next).toBe(before.length + wire.length);
          expect(skipName(message, before.length)).toBe(before.length + wire.length);
        },
      ),
    );
  });

  it('follows pointers backwards', () => {
    const message = Uint8Array.from([...name('example.org').toWire(), 4, ...Buffer.from('mail'), 0xc0, 0, 0xc0, 13]);
    const read = readName(message, 13, message.length);
    expect(read.ok && read.value.name.toString()).toBe('mail.example.org');
    expect(read.ok && read.value.next).toBe(20);
    const twice = readName(message, 20, message.length);
    expect(twice.ok && twice.value.name.toString()).toBe('mail.example.org');
  });

  it.each([
    ['a pointer to itself', [0xc0, 0], 0, 'backwards'],
    ['two pointers in a circle', [0xc0, 2, 0xc0, 0], 2, 'backwards'],
    ['a pointer forwards', [0xc0, 2, 0], 0, 'backwards'],
    ['a label that leads back to its own pointer', [1, 0x61, 0xc0, 0], 2, 'past its end'],
    ['half a pointer', [0xc0], 0, 'cut off'],
    ['an unknown kind of label', [0x40, 0], 0, 'unknown type'],
    ['a label past the end', [5, 0x61], 0, 'past its end'],
    ['no end', [1, 0x61], 0, 'past its end'],
    ['nothing', [], 0, 'past its end'],
    ['more than 255 octets', Array.from({ length: 129 }, () => [1, 0x61]).flat(), 0, '255'],
  ])('refuses %s', (_, octets, start, why) => {
    const read = readName(Uint8Array.from(octets), start, octets.length);
    expect(read.ok ? '' : read.error).toContain(why);
  });

  it('stops a chain of pointers that only burns time', () => {
    const octets = [
      0,
      0,
      ...Array.from({ length: 1000 }, (_, index) => [0xc0 + ((index * 2) >> 8), (index * 2) & 0xff]).flat(),
    ];
    const read = readName(Uint8Array.from(octets), octets.length - 2, octets.length);
    expect(read.ok ? '' : read.error).toContain('pointers');
  });

  it('never throws, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(310), fc.nat(310), (message, start, end) => {
        const read = readName(message, start, Math.min(end, message.length));
        if (read.ok) expect(read.value.name.toWire().length).toBeLessThanOrEqual(255);
        expect(skipName(message, start) ?? 0).toBeLessThanOrEqual(message.length);
      }),
      { numRuns: 2000 },
    );
  });
});
