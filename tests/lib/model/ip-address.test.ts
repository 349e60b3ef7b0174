import { isIP } from 'node:net';
import fc from 'fast-check';
import {
  cidrContains,
  compareIpAddresses,
  formatIpAddress,
  parseCidr,
  parseIpAddress,
  type IpAddress,
} from '#lib/model/ip-address.ts';

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 });
// Zeros are what the short forms are about.
const sparseIpv6 = fc
  .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
  .map((o) => Uint8Array.from(o));
const anyAddress = fc.oneof(ipv4, ipv6, sparseIpv6);

function canonical(text: string): string | null {
  const address = parseIpAddress(text);
  return address.ok ? formatIpAddress(address.value) : null;
}

describe('text of IP addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
    ['::ffff:7f00:1', '::ffff:127.0.0.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('reads %s as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    '',
    '127.1',
    '0177.0.0.1',
    '127.0.0.01',
    '0x7f.0.0.1',
    '2130706433',
    '256.0.0.1',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1.2.3.4%lo',
    '１.2.3.4',
    'fe80::1%eth0',
    '[::1]',
    ':',
    ':::',
    '::1::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '00001::',
    '::1.2.3',
    '::1.2.3.4:1',
    '1.2.3.4::',
    '1:2',
    '::g',
    '-1::',
  ])('refuses %j', (text) => {
    expect(parseIpAddress(text).ok).toBe(false);
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyAddress, (octets) => {
        const text = formatIpAddress(octets);
        expect(isIP(text)).toBe(octets.length === 4 ? 4 : 6);
        expect(parseIpAddress(text)).toEqual({ ok: true, value: octets });
      }),
    );
  });

  it('accepts nothing that the runtime does not call an address', () => {
    const alphabet = fc.constantFrom(...Array.from('0123456789abcdef:.:.:x% '));
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 20 }), (text) => {
        const address = parseIpAddress(text);
        if (address.ok) expect(isIP(text)).toBe(address.value.length === 4 ? 4 : 6);
      }),
      { numRuns: 2000 },
    );
  });

  it('orders addresses totally, IPv4 first', () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, anyAddress, (a, b, c) => {
        expect(Math.sign(compareIpAddresses(a, b))).toBe(-Math.sign(compareIpAddresses(b, a)) + 0);
        const sorted = [a, b, c].sort(compareIpAddresses);
        expect(
          sorted.every((item, index) => index === 0 || compareIpAddresses(sorted[index - 1] ?? item, item) <= 0),
        ).toBe(true);
      }),
    );
    const order = ['10.0.0.2', '10.0.0.10', '::1', '2001:db8::'].map(read);
    expect([...order].reverse().sort(compareIpAddresses)).toEqual(order);
  });
});

describe('address blocks', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '::/0', '2001:db8::/32', '192.0.2.1', '192.0.2.1/32', '2001:db8::1/128'])(
    'reads %s',
    (text) => {
      expect(parseCidr(text).ok).toBe(true);
    },
  );

  it.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    'example.org/8',
    '10.0.0.0/-1',
  ])('refuses %j with a sentence that repeats it', (text) => {
    const block = parseCidr(text);
    expect(block.ok ? '' : block.error).toContain(`"${text}"`);
  });

  it('offers the block that was meant where bits are set behind the prefix', () => {
    const block = parseCidr('10.1.2.3/8');
    expect(block.ok ? '' : block.error).toContain('did you mean 10.0.0.0/8');
  });

  it('holds exactly the addresses that share its prefix', () => {
    const block = parseCidr('172.16.0.0/12');
    if (!block.ok) throw new Error(block.error);
    const inside = (text: string) => cidrContains(block.value, read(text));
    expect(['172.16.0.0', '172.31.255.255'].map(inside)).toEqual([true, true]);
    expect(['172.15.255.255', '172.32.0.0', '::ffff:172.16.0.1'].map(inside)).toEqual([false, false, false]);
  });
});

function read(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (!address.ok) throw new Error(text);
  return address.value;
}
