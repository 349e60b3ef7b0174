import { formatServerAddress, parseResolvConf, parseServerAddress } from '#lib/dns/server-address.ts';

describe('addresses of name servers', () => {
  it.each([
    ['192.0.2.53', '192.0.2.53:53'],
    ['192.0.2.53:5353', '192.0.2.53:5353'],
    ['2001:DB8::53', '[2001:db8::53]:53'],
    ['[2001:db8::53]', '[2001:db8::53]:53'],
    ['[2001:db8::53]:5353', '[2001:db8::53]:5353'],
  ])('reads %s', (text, expected) => {
    const server = parseServerAddress(text);
    expect(server.ok && formatServerAddress(server.value)).toBe(expected);
  });

  it.each([
    '',
    'dns.example.org',
    '192.0.2.53:',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '[192.0.2.53]:53',
    '[::1',
    '::1]:53',
    '[::1]53',
    '192.0.2.53 ',
    '192.0.2.53:53:53',
  ])('refuses %j in a sentence that repeats it', (text) => {
    const server = parseServerAddress(text);
    expect(server.ok ? '' : server.error).toContain(`"${text}"`);
  });
});

describe('resolv.conf', () => {
  it('gives the name servers in order, at most three, passing over what cannot be read', () => {
    const text =
      '# nameserver 9.9.9.9\nsearch example.org\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\nnameserver\t::1\nnameserver 192.0.2.2 # x\nnameserver 192.0.2.3\n';
    expect(parseResolvConf(text).map(formatServerAddress)).toEqual(['192.0.2.1:53', '[::1]:53', '192.0.2.2:53']);
  });

  it('means the resolver on this machine where it names none', () => {
    expect(parseResolvConf('')).toEqual([{ address: '127.0.0.1', port: 53 }]);
  });
});
