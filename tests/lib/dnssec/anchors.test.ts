import { parseTrustAnchors, rootAnchors } from '#lib/dnssec/anchors.ts';
import { toHex } from '#lib/dns/octets.ts';
import { ask, createWorld } from '#tests/support/signed-world.ts';
import { createKey, dsData } from '#tests/support/zone-signer.ts';

const digest = 'ab'.repeat(32);

function read(text: string) {
  const parsed = parseTrustAnchors(text, 'a file');
  if (!parsed.ok) return parsed.error;
  return parsed.value.map(({ zone, ds, keys }) => [
    zone.toString(),
    ...ds.map((one) => `DS ${[one.keyTag, one.algorithm, one.digestType].join(' ')} ${toHex(one.digest)}`),
    ...keys.map((key) => `DNSKEY ${[key.flags, key.protocol, key.algorithm].join(' ')} ${toHex(key.publicKey)}`),
  ]);
}

const one = [['example', `DS 4711 13 2 ${digest}`]];

describe('trust anchors', () => {
  it.each([
    ['a bare record', `example DS 4711 13 2 ${digest}`],
    ['TTL and class', `example. 3600 IN DS 4711 13 2 ${digest}`],
    ['class and TTL', `example. IN 3600 DS 4711 13 2 ${digest}`],
    ['lower case', `example. in ds 4711 13 2 ${digest}`],
    ['upper-case hexadecimal in pieces', `example. DS 4711 13 2 ${digest.toUpperCase().replace(/.{8}/g, '$& ')}`],
    ['comments', `; mine\n\nexample. DS 4711 13 2 ${digest} ; key 4711\n`],
    ['parentheses', `example. IN DS ( 4711 13 2 ; first\n  ${digest.slice(0, 32)}\n  ${digest.slice(32)} ) ; end\n`],
    ['line ends of another system', `example.\tIN\tDS\t4711 13 2 ${digest}\r\n`],
  ])('may have %s', (_, text) => {
    expect(read(text)).toEqual(one);
  });

  it('are gathered by zone, DS and DNSKEY alike', () => {
    expect(
      read(
        `. DS 1 8 2 ${digest}\nexample DNSKEY 257 3 13 AQIDBA==\nEXAMPLE. DS 2 13 1 ${'00'.repeat(20)}\n. DS 3 8 2 ${digest}`,
      ),
    ).toEqual([
      ['.', `DS 1 8 2 ${digest}`, `DS 3 8 2 ${digest}`],
      ['example', `DS 2 13 1 ${'00'.repeat(20)}`, 'DNSKEY 257 3 13 01020304'],
    ]);
  });

  it('may come as the XML file of IANA', () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<TrustAnchor id="380DC50D-484E-40D0-A3AE-68F2B18F61C7" source="http://data.iana.org/root-anchors/root-anchors.xml">
<Zone>.</Zone>
<KeyDigest id="Ka" validFrom="2017-02-02T00:00:00+00:00">
<KeyTag>4711</KeyTag><Algorithm>8</Algorithm><DigestType>2</DigestType>
<Digest>${digest}</Digest><PublicKey>AQID</PublicKey><Flags>257</Flags>
</KeyDigest>
<KeyDigest id="Kb"><KeyTag>4712</KeyTag><Algorithm>8</Algorithm><DigestType>2</DigestType><Digest> ${digest} </Digest></KeyDigest>
</TrustAnchor>`;
    expect(read(text)).toEqual([['.', `DS 4711 8 2 ${digest}`, `DS 4712 8 2 ${digest}`]]);
  });

  it.each([
    ['', 'no DS and no DNSKEY'],
    ['; nothing', 'no DS and no DNSKEY'],
    ['. IN NS a.root-servers.net.', 'only DS and DNSKEY'],
    ['hello', 'only DS and DNSKEY'],
    [`. DS 4711 8 ${digest}`, 'three numbers'],
    [`. DS 65536 8 2 ${digest}`, 'three numbers'],
    [`. DS 4711 264 2 ${digest}`, 'three numbers'],
    [`. DS 4711 8 258 ${digest}`, 'three numbers'],
    [`. DS 4711 0x8 2 ${digest}`, 'three numbers'],
    [`. DS -1 8 2 ${digest}`, 'three numbers'],
    ['. DS 4711 8 2', 'hexadecimal'],
    ['. DS 4711 8 2 abc', 'hexadecimal'],
    ['. DS 4711 8 2 xyz0', 'hexadecimal'],
    ['. DNSKEY 257 3 8', 'base64'],
    ['. DNSKEY 257 3 8 !!!!', 'base64'],
    [`a..b DS 4711 8 2 ${digest}`, 'empty'],
    [`ü DS 4711 8 2 ${digest}`, 'A-label'],
    ['<TrustAnchor></TrustAnchor>', 'no DS and no DNSKEY'],
    [
      `<TrustAnchor><KeyDigest><KeyTag>1</KeyTag><DigestType>2</DigestType><Digest>${digest}</Digest></KeyDigest>`,
      'KeyDigest 1',
    ],
  ])('are not read from %j', (text, why) => {
    expect(read(text)).toContain(why);
  });

  it('of the public root are those of 2017 and 2024', () => {
    expect(rootAnchors.map(({ zone }) => zone.toString())).toEqual(['.']);
    expect(rootAnchors.flatMap(({ ds }) => ds.map((one) => [one.keyTag, one.algorithm, one.digest.length]))).toEqual([
      [20326, 8, 32],
      [38696, 8, 32],
    ]);
  });

  it('of either kind make a zone secure', () => {
    const key = createKey();
    const world = createWorld([{ apex: '.', keys: [key] }]);
    const [tagHigh = 0, tagLow = 0, algorithm, digestType, ...octets] = dsData('.', key);
    const numbers = [tagHigh * 256 + tagLow, algorithm, digestType].join(' ');
    const texts = [
      `. DS ${numbers} ${Buffer.from(octets).toString('hex')}`,
      `. DNSKEY 257 3 13 ${Buffer.from(key.data.slice(4)).toString('base64')}`,
    ];
    const verdicts = texts.map((text) => {
      const anchors = parseTrustAnchors(text, 'a file');
      const { verdict, validation } = ask(world, '. SOA', { anchors: anchors.ok ? anchors.value : [] });
      return [verdict, validation.anchor];
    });
    const anchor = { zone: '.', source: 'a file', keyTags: [key.tag] };
    expect(verdicts).toEqual([
      ['secure', anchor],
      ['secure', anchor],
    ]);
    expect(ask(world, '. SOA', { anchors: rootAnchors }).verdict).toBe('bogus ds-mismatch');
  });
});
