import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { Name } from '#lib/dns/name.ts';
import { compareOctets } from '#lib/dns/octets.ts';
import { parseDnskey } from '#lib/dns/rdata/dnskey.ts';
import { readRecord, tokenize, type WrittenRecord } from './zone-text.ts';

/** A zone with a key of its own, that signs what tests write. */
export interface TextSigner {
  /** Record texts. */
  readonly dnskey: string;
  readonly ds: string;
  /** The RRSIG record of one record set, valid through the whole of 2030. */
  readonly sign: (...records: readonly string[]) => string;
}

const inception = '20300101000000';
const expiration = '20310101000000';

/** Makes an Ed25519 key (RFC 8080). Owners have to be written in lower case with final dots. */
export function createTextSigner(zone: string): TextSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const octets = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const dnskey = `${zone} 3600 IN DNSKEY 257 3 15 ${octets.toString('base64')}`;
  const { name, rdata } = read(dnskey);
  const key = parseDnskey({ message: rdata, start: 0, end: rdata.length });
  if (!key.ok) throw new Error(key.error);
  const { keyTag } = key.value;
  const digest = createHash('sha256').update(name.toCanonicalWire()).update(rdata).digest('hex');
  return {
    dnskey,
    ds: `${zone} 3600 IN DS ${keyTag} 15 2 ${digest}`,
    sign: (...texts) => {
      const records = texts.map(read).sort((a, b) => compareOctets(a.rdata, b.rdata));
      const [first] = records;
      if (first === undefined) throw new Error('nothing to sign');
      const head = `${first.name.toString()}. 3600 IN RRSIG TYPE${first.type} 15 ${first.name.labelCount} 3600`;
      const unsigned = `${head} ${expiration} ${inception} ${keyTag} ${zone}`;
      const data = Buffer.concat([read(`${unsigned} `).rdata, ...records.map(canonical)]);
      return `${unsigned} ${sign(null, data, privateKey).toString('base64')}`;
    },
  };
}

function read(text: string): WrittenRecord {
  return readRecord(tokenize(text).tokens, { origin: Name.root, ttlSeconds: 3600 });
}

/** RFC 4034 section 6.2, with the original TTL of 3600. */
function canonical({ name, type, rdata }: WrittenRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(3600, 4);
  fixed.writeUInt16BE(rdata.length, 8);
  return Buffer.concat([name.toCanonicalWire(), fixed, rdata]);
}
