import fc from 'fast-check';
import type { Rdata } from '#lib/dns/message.ts';
import { parseA } from '#lib/dns/rdata/a.ts';
import { parseAaaa } from '#lib/dns/rdata/aaaa.ts';
import { parseMx } from '#lib/dns/rdata/mx.ts';
import { parseRrsig } from '#lib/dns/rdata/rrsig.ts';
import { parseSingleName } from '#lib/dns/rdata/single-name.ts';
import { parseSoa } from '#lib/dns/rdata/soa.ts';
import { parseSrv } from '#lib/dns/rdata/srv.ts';
import { parseTlsa } from '#lib/dns/rdata/tlsa.ts';
import { parseTxt } from '#lib/dns/rdata/txt.ts';
import { addressOctets, mxOctets, nameOctets, rrsigOctets, soaOctets, srvOctets } from '../message-builder.ts';

/** Data behind 12 octets of header and the name example.org, so that 0xc00c points at the name. */
function rdata(octets: readonly number[]): Rdata {
  const before = [...Array.from({ length: 12 }, () => 0), ...nameOctets('example.org')];
  const message = Uint8Array.from([...before, ...octets, 0xff, 0xff]);
  return { message, start: before.length, end: before.length + octets.length };
}

const parsers = { parseA, parseAaaa, parseMx, parseRrsig, parseSingleName, parseSoa, parseSrv, parseTlsa, parseTxt };

describe('record data', () => {
  it('reads addresses', () => {
    expect(parseA(rdata(addressOctets('192.0.2.1')))).toEqual({ ok: true, value: '192.0.2.1' });
    expect(parseAaaa(rdata(addressOctets('2001:db8::1')))).toEqual({ ok: true, value: '2001:db8::1' });
  });

  it('reads MX with a compressed exchange, and a null MX', () => {
    const mx = parseMx(rdata([0, 10, 2, 0x6d, 0x78, 0xc0, 12]));
    expect(mx.ok && [mx.value.preference, mx.value.exchange.toString()]).toEqual([10, 'mx.example.org']);
    const none = parseMx(rdata(mxOctets(0, '.')));
    expect(none.ok && none.value.exchange.isRoot).toBe(true);
  });

  it('reads SRV', () => {
    const srv = parseSrv(rdata(srvOctets({ priority: 1, weight: 2, port: 993, target: 'imap.example.org' })));
    expect(srv.ok && { ...srv.value, target: srv.value.target.toString() }).toEqual({
      priority: 1,
      weight: 2,
      port: 993,
      target: 'imap.example.org',
    });
  });

  it('reads TLSA as it came, unknown numbers and empty data included', () => {
    expect(parseTlsa(rdata([3, 1, 1, 0xab, 0x01]))).toEqual({
      ok: true,
      value: { usage: 3, selector: 1, matchingType: 1, data: 'ab01' },
    });
    expect(parseTlsa(rdata([255, 9, 9]))).toEqual({
      ok: true,
      value: { usage: 255, selector: 9, matchingType: 9, data: '' },
    });
  });

  it('joins the strings of TXT', () => {
    expect(parseTxt(rdata([2, 0x61, 0x62, 0, 1, 0xfc]))).toEqual({ ok: true, value: 'abü' });
  });

  it('reads SOA', () => {
    const soa = parseSoa(rdata(soaOctets('ns.example.org')));
    expect(soa.ok && [soa.value.primary.toString(), soa.value.mailbox.toString()]).toEqual([
      'ns.example.org',
      'hostmaster.ns.example.org',
    ]);
    expect(soa.ok && soa.value).toMatchObject({
      serial: 1,
      refreshSeconds: 2,
      retrySeconds: 3,
      expireSeconds: 4,
      minimumSeconds: 5,
    });
  });

  it('reads the head of RRSIG', () => {
    const rrsig = parseRrsig(rdata(rrsigOctets('TLSA', 'Example.org')));
    expect(rrsig.ok && rrsig.value).toMatchObject({
      typeCovered: 52,
      algorithm: 13,
      labels: 2,
      originalTtlSeconds: 3600,
      expiration: 1_800_000_000,
      inception: 1_700_000_000,
      keyTag: 4711,
      signature: Uint8Array.from([1, 2, 3, 4]),
    });
    expect(rrsig.ok && rrsig.value.signer.toString()).toBe('Example.org');
  });

  it.each([
    ['A of 5 octets', parseA, [1, 2, 3, 4, 5]],
    ['AAAA of 4 octets', parseAaaa, [1, 2, 3, 4]],
    ['MX without exchange', parseMx, [0, 10]],
    ['MX with octets behind it', parseMx, [...mxOctets(1, 'a'), 0]],
    ['SRV without target', parseSrv, [0, 0, 0, 0, 0, 0]],
    ['SRV whose target runs out of its data', parseSrv, [0, 0, 0, 0, 0, 0, 1]],
    ['SRV with octets behind it', parseSrv, [...srvOctets({ priority: 0, weight: 0, port: 1, target: 'a' }), 1]],
    ['TLSA of 2 octets', parseTlsa, [3, 1]],
    ['TXT without a string', parseTxt, []],
    ['TXT with a string cut off', parseTxt, [3, 0x61]],
    ['SOA with four numbers', parseSoa, soaOctets('ns.example.org').slice(0, -4)],
    ['SOA with one name', parseSoa, nameOctets('ns.example.org')],
    ['RRSIG without signer', parseRrsig, rrsigOctets('A', '.').slice(0, 18)],
  ])('refuses %s', (_, parse, octets) => {
    expect(parse(rdata(octets)).ok).toBe(false);
  });

  it.each(Object.entries(parsers))('%s never throws', (_, parse) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        expect(typeof parse(rdata(Array.from(octets))).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
