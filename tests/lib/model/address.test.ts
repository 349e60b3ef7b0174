import fc from 'fast-check';
import { classifyAddress, createAddressGuard, embeddedIpv4 } from '#lib/model/address.ts';
import { formatIpAddress, parseCidr, parseIpAddress, type IpAddress } from '#lib/model/ip-address.ts';

function read(text: string): IpAddress {
  const address = parseIpAddress(text);
  if (!address.ok) throw new Error(text);
  return address.value;
}

function guardAllowing(...blocks: readonly string[]) {
  return createAddressGuard(
    blocks.map((text) => {
      const block = parseCidr(text);
      if (!block.ok) throw new Error(block.error);
      return block.value;
    }),
  );
}

describe('special-use addresses', () => {
  it.each([
    ['0.1.2.3', 'this network'],
    ['10.255.255.255', 'private'],
    ['100.64.0.1', 'shared (carrier-grade NAT)'],
    ['127.80.0.3', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.31.0.1', 'private'],
    ['192.0.0.8', 'protocol assignment'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4 relay'],
    ['192.168.1.1', 'private'],
    ['198.19.255.255', 'benchmarking'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::8.8.8.8', 'IPv4-compatible'],
    ['64:ff9b::8.8.8.8', 'NAT64'],
    ['64:ff9b:1::1', 'NAT64'],
    ['100::1', 'discard'],
    ['2001:0:1::1', 'Teredo'],
    ['2001:2::1', 'benchmarking'],
    ['2001:10::1', 'ORCHID'],
    ['2001:2f::1', 'ORCHID'],
    ['2001:1ff::1', 'protocol assignment'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::1', '6to4'],
    ['3fff:fff::1', 'documentation'],
    ['5f00::1', 'segment routing'],
    ['fd00::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'reserved'],
  ])('calls %s %s', (text, use) => {
    expect(classifyAddress(read(text))).toBe(use);
  });

  it.each([
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '128.0.0.1',
    '172.32.0.0',
    '2001:200::1',
    '2a00::1',
    '3ffe::1',
  ])('calls %s public', (text) => {
    expect(classifyAddress(read(text))).toBeNull();
  });

  it.each([
    ['::ffff:127.0.0.1', ['127.0.0.1']],
    ['::10.0.0.1', ['10.0.0.1']],
    ['64:ff9b::10.0.0.1', ['10.0.0.1']],
    ['64:ff9b:1:a00:0:100::', ['10.0.0.1']],
    ['64:ff9b:1::10.0.0.1', ['10.0.0.1']],
    ['2002:a00:1::1', ['10.0.0.1']],
    ['2001:0:808:808::f5ff:fffe', ['8.8.8.8', '10.0.0.1']],
    ['2a00::1', []],
  ])('finds the IPv4 address inside %s', (text, inside) => {
    expect(embeddedIpv4(read(text)).map(formatIpAddress)).toEqual(expect.arrayContaining(inside));
    if (inside.length === 0) expect(embeddedIpv4(read(text))).toEqual([]);
  });
});

describe('address guard', () => {
  it('lets public addresses through in canonical text', () => {
    expect(guardAllowing()('2A00:0::1')).toEqual({ allowed: true, address: '2a00::1' });
  });

  it('refuses a special address and says what to do', () => {
    expect(guardAllowing()('127.0.0.1')).toEqual({
      allowed: false,
      why: '127.0.0.1 is not a public address (loopback); add it to LATCHWATCH_ALLOW_ADDRESSES to allow it',
    });
  });

  it('lets an allowed block through and nothing beside it', () => {
    const guard = guardAllowing('127.80.0.0/16');
    expect(guard('127.80.0.3').allowed).toBe(true);
    expect(guard('127.81.0.3').allowed).toBe(false);
  });

  it('is not led around by a tunnel address whose own block is allowed', () => {
    const guard = guardAllowing('64:ff9b::/96', '2002::/16', '::ffff:0:0/96');
    expect(guard('64:ff9b::8.8.8.8').allowed).toBe(true);
    expect(guard('64:ff9b::10.0.0.1').allowed).toBe(false);
    expect(guard('2002:7f00:1::1').allowed).toBe(false);
    const mapped = guard('::ffff:127.0.0.1');
    expect(mapped.allowed ? '' : mapped.why).toContain('leads to 127.0.0.1');
  });

  it('does not take an allowed IPv4 block as leave for the mapped form', () => {
    expect(guardAllowing('127.0.0.0/8')('::ffff:127.0.0.1').allowed).toBe(false);
  });

  it.each(['localhost', '127.1', '0x7f000001', '2130706433', '::1%lo', '[::1]', ''])(
    'refuses %j, which is no address',
    (text) => {
      expect(guardAllowing('0.0.0.0/0', '::/0')(text).allowed).toBe(false);
    },
  );

  it('never lets an IPv6 address through whose embedded IPv4 address it refuses', () => {
    const guard = guardAllowing('64:ff9b::/96', '2001::/32', '2002::/16', '::/96', '::ffff:0:0/96');
    const prefix = fc.constantFrom('::ffff:0:0', '64:ff9b::', '2002::', '::');
    fc.assert(
      fc.property(prefix, fc.uint8Array({ minLength: 4, maxLength: 4 }), (base, ipv4) => {
        const octets = read(base);
        octets.set(ipv4, base === '2002::' ? 2 : 12);
        if (!guard(formatIpAddress(ipv4)).allowed) expect(guard(formatIpAddress(octets)).allowed).toBe(false);
      }),
    );
  });
});
