import { createAddressGuard } from '#lib/model/address.ts';
import { formatServerAddress } from '#lib/dns/server-address.ts';
import { parseRootHints, rootHints } from '#lib/dns/root-hints.ts';

const shown = (text: string) => {
  const hints = parseRootHints(text);
  return hints.ok
    ? hints.value.map(({ host, addresses }) => `${host.toString()} ${addresses.map(formatServerAddress).join(' ')}`)
    : hints.error;
};

describe('root hints', () => {
  it('are the thirteen servers of the public root, each with an IPv4 and an IPv6 address that is public', () => {
    expect(rootHints.map(({ host }) => host.toString())).toEqual(
      Array.from('abcdefghijklm', (letter) => `${letter}.root-servers.net`),
    );
    const guard = createAddressGuard([]);
    for (const { addresses } of rootHints) {
      expect(addresses.map(({ address }) => address.includes(':'))).toEqual([false, true]);
      expect(addresses.map(({ address }) => guard(address))).toEqual(
        addresses.map(({ address }) => ({ allowed: true, address })),
      );
    }
    expect(new Set(rootHints.flatMap(({ addresses }) => addresses.map(({ address }) => address))).size).toBe(26);
  });

  it('are read from a file in the form of named.root', () => {
    const text = [
      '; comment',
      '.            3600000      NS    A.ROOT.example.',
      'a.root.example.      3600000  IN  A     192.0.2.1 ; inline',
      'A.root.example.      AAAA  2001:DB8:0::1',
      '. IN 60 NS b.root.example.',
      'b.root.example. A 192.0.2.2',
      '. NS without.root.example.',
      '',
    ].join('\r\n');
    expect(shown(text)).toEqual(['A.ROOT.example 192.0.2.1:53 [2001:db8::1]:53', 'b.root.example 192.0.2.2:53']);
  });

  it.each([
    ['', /no server of the root/],
    ['. NS a.root.', /no server of the root/],
    ['a.root. A 192.0.2.1', /no server of the root/],
    ['example. NS a.root.', /line 1: name servers of another zone/],
    ['. NS a.root.\na.root. A 2001:db8::1', /line 2: "2001:db8::1" is not an address of type A/],
    ['. NS a.root.\na.root. AAAA 192.0.2.1', /not an address of type AAAA/],
    ['. NS a..root.', /line 1: a label is empty/],
    ['a..root. A 192.0.2.1', /is not a name/],
    ['. SOA a.root.', /SOA do not belong/],
    ['. NS', /not a record/],
    ['. NS a.root. b.root.', /not a record/],
    ['<html>', /not a record/],
    [';'.repeat(70_000), /longer/],
  ])('that cannot be read are an error that says where: %j', (text, error) => {
    expect(shown(text)).toMatch(error);
  });
});
