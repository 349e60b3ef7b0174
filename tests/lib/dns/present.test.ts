import { Name } from '#lib/dns/name.ts';
import { presentRdata, presentRecord } from '#lib/dns/present.ts';
import { readRecord, tokenize } from '#tests/conformance/zone-text.ts';

/** Presentation form of a record whose wire form another encoder makes. */
function present(text: string): string {
  const { rdata, ...record } = readRecord(tokenize(text).tokens, { origin: Name.root, ttlSeconds: 60 });
  return presentRecord({ ...record, rdata: { message: rdata, start: 0, end: rdata.length } });
}

function presentOctets(type: number, octets: readonly number[]): string {
  const message = Uint8Array.from([0xff, ...octets, 0xff]);
  return presentRdata({ type, rdata: { message, start: 1, end: message.length - 1 } });
}

describe('presentation form', () => {
  it.each([
    'a.example 60 IN A 192.0.2.1',
    'a.example 60 IN AAAA 2001:db8::1',
    'a.example 60 IN NS ns.example',
    'a.example 60 IN CNAME b.example',
    'a.example 60 IN DNAME .',
    'a.example 60 IN SOA ns.example hostmaster.example 2026112401 3600 900 1209600 300',
    'a.example 60 IN MX 0 .',
    'a.example 60 IN TXT "v=spf1 -all" "" "a\\"b\\\\c\\009\\228"',
    'a.example 60 IN SRV 0 1 993 imap.example',
    'a.example 60 IN DS 20326 8 2 e06d44b8',
    'a.example 60 IN CDS 0 0 0 00',
    'a.example 60 IN DNSKEY 257 3 13 AAECAwQ=',
    'a.example 60 IN CDNSKEY 256 3 8 AAEC',
    'a.example 60 IN RRSIG TLSA 13 3 3600 20261224000000 20261124000000 4711 example AQID',
    'a.example 60 IN RRSIG TYPE257 13 3 3600 21060207062815 19700101000000 4711 . AQID',
    'a.example 60 IN NSEC b.example A MX RRSIG NSEC TYPE1234',
    'a.example 60 IN NSEC3 1 1 12 aabbcc 2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA RRSIG DNSKEY NSEC3PARAM',
    'a.example 60 IN NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr',
    'a.example 60 IN NSEC3PARAM 1 0 0 -',
    'a.example 60 IN TLSA 3 1 1 abcdef',
    'a.example 60 IN TYPE65280 \\# 3 abcdef',
    'a.example 60 IN TYPE65280 \\# 0',
    'a.example 60 CLASS3 TXT "version"',
  ])('%s', (text) => {
    expect(present(text)).toBe(text);
  });

  it('gives one text to names in every case, and leaves text as it is', () => {
    expect(present('A.Example. 60 IN MX 10 MX.Example.')).toBe('a.example 60 IN MX 10 mx.example');
    expect(present('a.example. 60 IN NSEC B.Example. A')).toBe('a.example 60 IN NSEC b.example A');
    expect(present('a.example. 60 IN TXT "Text"')).toBe('a.example 60 IN TXT "Text"');
  });

  it('shows data that cannot be read as octets', () => {
    expect(presentOctets(1, [192, 0, 2])).toBe('\\# 3 c00002');
    expect(presentOctets(16, [])).toBe('\\# 0');
    expect(presentOctets(16, [4, 0x61])).toBe('\\# 2 0461');
    expect(presentOctets(43, [0, 1])).toBe('\\# 2 0001');
    expect(presentOctets(47, [0, 0, 33])).toBe('\\# 3 000021');
    expect(presentOctets(51, [1, 0, 0, 0, 2, 0xab])).toBe('\\# 6 0100000002ab');
    expect(
      presentOctets(
        46,
        Array.from({ length: 18 }, () => 0),
      ),
    ).toBe(`\\# 18 ${'00'.repeat(18)}`);
  });
});
