import { Name, parseName } from '#lib/dns/name.ts';
import { toHex } from '#lib/dns/octets.ts';
import { readRecord, readTtl, tokenize, ZoneTextError } from './zone-text.ts';

const defaults = { origin: Name.root, ttlSeconds: 300 };

function rdataHex(text: string): string {
  return toHex(readRecord(tokenize(text).tokens, defaults).rdata);
}

describe('zone file text', () => {
  it('takes TTL and class in either order, or neither', () => {
    for (const head of ['a. 60 IN', 'a. IN 60', 'a. 1m', 'a. CLASS1 60']) {
      const record = readRecord(tokenize(`${head} A 192.0.2.1`).tokens, defaults);
      expect([record.name.toString(), record.class, record.ttlSeconds, toHex(record.rdata)]).toEqual([
        'a',
        1,
        60,
        'c0000201',
      ]);
    }
    expect(readRecord(tokenize('a. A 192.0.2.1').tokens, defaults).ttlSeconds).toBe(300);
    expect(readTtl('1h30m')).toBe(5400);
    expect(readTtl('IN')).toBeNull();
  });

  it('knows comments, quotes, parentheses and escapes', () => {
    expect(tokenize('a "b ; c" ( d ; e )').tokens.map(({ text }) => text)).toEqual(['a', 'b ; c', 'd']);
    expect(tokenize('a ( b').depth).toBe(1);
    expect(tokenize('b )').depth).toBe(-1);
    expect(tokenize('a \\; b').tokens.map(({ text }) => text)).toEqual(['a', '\\;', 'b']);
    expect(rdataHex('t. TXT "a\\"b" \\009c')).toBe('03612262' + '020963');
  });

  it('adds the origin to relative names', () => {
    const origin = parseName('example.org');
    if (!origin.ok) throw new Error(origin.error);
    const read = (text: string): string =>
      readRecord(tokenize(text).tokens, { ...defaults, origin: origin.value }).name.toString();
    expect(read('www A 192.0.2.1')).toBe('www.example.org');
    expect(read('@ A 192.0.2.1')).toBe('example.org');
    expect(read('www. A 192.0.2.1')).toBe('www');
    expect(read('a\\. A 192.0.2.1')).toBe('a\\..example.org');
  });

  it('writes record data as the wire has it', () => {
    expect(rdataHex('a. AAAA 2001:db8::1')).toBe('20010db8000000000000000000000001');
    expect(rdataHex('a. MX 10 m.')).toBe('000a016d00');
    expect(rdataHex('a. SRV 1 2 3 .')).toBe('00010002000300');
    expect(rdataHex('a. SOA m. r. 1 2 3 4 5')).toBe(
      '016d00' + '017200' + '00000001000000020000000300000004' + '00000005',
    );
    expect(rdataHex('a. DS 1 RSASHA256 2 ab cd')).toBe('00010802abcd');
    expect(rdataHex('a. DNSKEY 257 3 13 AAEC AwQ=')).toBe('0101030d0001020304');
    expect(rdataHex('a. RRSIG A 5 2 3600 20070926134150 1188395510 30899 b. AQ==')).toBe(
      '0001' + '05' + '02' + '00000e10' + '46fa619e' + '46d579f6' + '78b3' + '016200' + '01',
    );
    expect(rdataHex('a. TLSA 3 1 1 ab')).toBe('030101ab');
    expect(rdataHex('a. NAPTR 20 0 "s" "SIP" "" b.')).toBe('00140000' + '0173' + '03534950' + '00' + '016200');
  });

  it('writes type bit maps in windows', () => {
    expect(rdataHex('a. NSEC b. A MX RRSIG NSEC TYPE1234')).toBe(
      '016200' + '0006400100000003' + '041b000000000000000000000000000000000000000000000000000020',
    );
    expect(rdataHex('a. NSEC3 1 1 12 aabbcc 2t7b4g4vsa5smi47k61mv5bv1a22bojr')).toBe(
      '0101000c' + '03aabbcc' + '14' + '174eb2409fe28bcb4887a1836f957f0a8425e27b',
    );
    expect(rdataHex('a. NSEC3PARAM 1 0 0 -')).toBe('0100000000');
  });

  it('takes generic data for every type', () => {
    expect(rdataHex('a. TYPE65280 \\# 3 abcd ef')).toBe('abcdef');
    expect(rdataHex('a. A \\# 2 abcd')).toBe('abcd');
    expect(rdataHex('a. TYPE65280 \\# 0')).toBe('');
  });

  it('refuses what it cannot write, with a reason', () => {
    for (const text of [
      'a. A 192.0.2',
      'a. A 192.0.2.1 192.0.2.2',
      'a. AAAA 192.0.2.1',
      'a. MX 10',
      'a. MX 65536 m.',
      'a. LOC 52 22 23.000 N',
      'a. UNHEARD-OF x',
      'a. TYPE65280 \\# 2 ab',
      'a. DS 1 8 2 abc',
      'a. DNSKEY 257 3 13 %%%',
      'a. NSEC3 1 0 0 - wxyz',
      'a. IN',
      `${'a'.repeat(64)}. A 192.0.2.1`,
    ]) {
      expect(() => rdataHex(text)).toThrow(ZoneTextError);
    }
  });
});
