import fc from 'fast-check';
import { decodeMessage, type Message } from '#lib/dns/message.ts';
import { parseName, type Name } from '#lib/dns/name.ts';
import { readReply } from '#lib/dns/referral.ts';
import { recordTypes, type RecordType } from '#lib/dns/types.ts';
import {
  addressOctets,
  buildMessage,
  nameOctets,
  rrsigOctets,
  soaOctets,
  type MessageToSend,
  type RecordToSend,
} from './message-builder.ts';

function name(text: string): Name {
  const parsed = parseName(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function message(parts: Partial<MessageToSend>): Message {
  const decoded = decodeMessage(buildMessage({ id: 1, question: null, ...parts }));
  if (!decoded.ok) throw new Error(decoded.error);
  return decoded.value;
}

/** Reads a reply of a server of example. to a question, and shows it in a few words. */
function read(parts: Partial<MessageToSend>, type: RecordType = 'A', asked = 'www.a.example'): string {
  const question = { name: name(asked), type: recordTypes[type] };
  const reading = readReply(message(parts), { question, zone: name('example') });
  switch (reading.kind) {
    case 'answer':
      return `answer of ${reading.zone.toString()}`;
    case 'referral': {
      const hosts = reading.hosts.map(({ host, addresses }) => [host.toString(), ...addresses].join(' '));
      return `referral to ${reading.zone.toString()} (${reading.ttlSeconds}): ${hosts.join(', ')}`;
    }
    case 'child-side':
      return reading.kind;
    case 'error':
    case 'lame':
      return `${reading.kind}: ${reading.why}`;
  }
}

const ns = (owner: string, host: string, ttlSeconds = 300): RecordToSend => ({
  name: owner,
  type: 'NS',
  ttlSeconds,
  data: nameOctets(host),
});
const a = (owner: string, address: string): RecordToSend => ({ name: owner, type: 'A', data: addressOctets(address) });
const soa = (owner: string): RecordToSend => ({
  name: owner,
  type: 'SOA',
  data: soaOctets(owner === '.' ? 'root' : owner),
});
const rrsig = (owner: string, signer: string): RecordToSend => ({
  name: owner,
  type: 'RRSIG',
  data: rrsigOctets('A', signer),
});

describe('replies of a server of a zone', () => {
  it.each<[string, string, Partial<MessageToSend>]>([
    ['an answer', 'answer of example', { authoritative: true, answer: [a('www.a.example', '192.0.2.1')] }],
    [
      'an answer that another zone on the server signed',
      'answer of a.example',
      { authoritative: true, answer: [a('www.a.example', '192.0.2.1'), rrsig('www.a.example', 'a.example')] },
    ],
    ['a denial', 'answer of a.example', { authoritative: true, rcode: 'NXDOMAIN', authority: [soa('a.example')] }],
    [
      'a signer from elsewhere',
      'answer of example',
      { authoritative: true, answer: [rrsig('www.a.example', 'b.example')] },
    ],
    ['nothing', 'answer of example', { authoritative: true }],
    ['nothing without authority', 'lame: is not authoritative', {}],
    ['an answer without authority', 'lame: is not authoritative', { answer: [a('www.a.example', '192.0.2.1')] }],
    ['a denial without authority', 'lame: is not authoritative', { rcode: 'NXDOMAIN', authority: [soa('a.example')] }],
    ['an error', 'error: REFUSED', { rcode: 'REFUSED', authority: [ns('a.example', 'ns.a.example')] }],
    [
      'a referral',
      'referral to a.example (60): ns.a.example 192.0.2.1, ns.elsewhere',
      {
        authority: [
          ns('a.example', 'ns.a.example'),
          ns('A.example', 'NS.elsewhere', 60),
          ns('a.example', 'ns.elsewhere'),
        ],
        additional: [
          a('ns.a.example', '192.0.2.1'),
          a('ns.elsewhere', '192.0.2.66'),
          a('other.a.example', '192.0.2.67'),
        ],
      },
    ],
    [
      'a referral that claims authority',
      'referral to a.example (300): ns.a.example',
      { authoritative: true, authority: [ns('a.example', 'ns.a.example')] },
    ],
    ['a referral upwards', 'lame: refers to ., which is not on the way', { authority: [ns('.', 'a.root')] }],
    [
      'a referral to itself',
      'lame: refers to example, which is not on the way',
      { authority: [ns('example', 'ns.example')] },
    ],
    [
      'a referral aside',
      'lame: refers to b.example, which is not on the way',
      { authority: [ns('b.example', 'ns.example')] },
    ],
    [
      'a referral to nobody',
      'lame: refers to a.example without a server that can be read',
      { authority: [{ name: 'a.example', type: 'NS', data: [63] }] },
    ],
    [
      'NS records of another class',
      'lame: is not authoritative',
      { authority: [{ ...ns('a.example', 'ns.a.example'), class: 3 }] },
    ],
  ])('%s', (_, expected, parts) => {
    expect(read(parts)).toBe(expected);
  });

  it.each<[string, string, Partial<MessageToSend>]>([
    ['by the parent', 'answer of example', { authoritative: true, authority: [soa('example')] }],
    ['by the child', 'child-side', { authoritative: true, authority: [soa('a.example')] }],
    ['by the child with records', 'child-side', { authoritative: true, answer: [rrsig('a.example', 'a.example')] }],
    [
      'with a referral to the child',
      'lame: refers to the zone itself for its DS',
      { authority: [ns('a.example', 'ns.a.example')] },
    ],
  ])('to a DS question, %s', (_, expected, parts) => {
    expect(read(parts, 'DS', 'a.example')).toBe(expected);
  });

  it('of any kind never lead anywhere but down towards the name, with glue from inside the zone', () => {
    const names = fc.constantFrom(
      '.',
      'example',
      'a.example',
      'b.example',
      'www.a.example',
      'x.www.a.example',
      'other',
    );
    const records = fc.array(
      fc.oneof(
        fc.tuple(names, names).map(([owner, host]) => ns(owner, host)),
        names.map((owner) => a(owner, '192.0.2.1')),
        names.map(soa),
        fc.tuple(names, names).map(([owner, signer]) => rrsig(owner, signer)),
      ),
      { maxLength: 5 },
    );
    const replies = fc.record({
      authoritative: fc.boolean(),
      answer: records,
      authority: records,
      additional: records,
    });
    const [zone, asked] = [name('example'), name('www.a.example')];
    fc.assert(
      fc.property(replies, fc.constantFrom('A', 'DS', 'NS'), (parts, type: RecordType) => {
        const reading = readReply(message(parts), { question: { name: asked, type: recordTypes[type] }, zone });
        if (reading.kind !== 'referral') return;
        expect(asked.isSubdomainOf(reading.zone) && reading.zone.isSubdomainOf(zone)).toBe(true);
        expect(reading.zone.labelCount).toBeGreaterThan(zone.labelCount);
        for (const { host, addresses } of reading.hosts)
          expect(addresses.length === 0 || host.isSubdomainOf(zone)).toBe(true);
      }),
    );
  });
});
