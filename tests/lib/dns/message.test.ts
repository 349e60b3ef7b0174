import fc from 'fast-check';
import { extendedErrors } from '#lib/dns/edns.ts';
import { encodeQuery } from '#lib/dns/encode-query.ts';
import { explainRcode } from '#lib/dns/extended-error-text.ts';
import { isAnswerTo } from '#lib/dns/match.ts';
import { decodeMessage, rdataOctets, type Message } from '#lib/dns/message.ts';
import { parseName } from '#lib/dns/name.ts';
import { parseSingleName } from '#lib/dns/rdata/single-name.ts';
import { rcodeName, recordTypes, typeName } from '#lib/dns/types.ts';
import { addressOctets, buildMessage, nameOctets, optRecord, u16 } from './message-builder.ts';

function decode(wire: Uint8Array): Message {
  const message = decodeMessage(wire);
  if (!message.ok) throw new Error(message.error);
  return message.value;
}

function named(text: string) {
  const name = parseName(text);
  if (!name.ok) throw new Error(name.error);
  return name.value;
}

const question = { name: 'example.org', type: recordTypes.A };
const addressRecord = { name: 'example.org', type: 'A', data: addressOctets('192.0.2.1') } as const;

describe('queries', () => {
  it.each([
    { recursionDesired: true, checkingDisabled: false, dnssecOk: true },
    { recursionDesired: false, checkingDisabled: true, dnssecOk: false },
  ])('say what was asked for: %j', ({ recursionDesired, checkingDisabled, dnssecOk }) => {
    const name = named('_993._tcp.mail.example.org');
    const query = { id: 0xbeef, name, type: recordTypes.TLSA, recursionDesired, checkingDisabled };
    const message = decode(encodeQuery({ ...query, edns: { dnssecOk } }));
    expect(message).toMatchObject({ id: 0xbeef, isResponse: false, opcode: 0, recursionDesired, checkingDisabled });
    expect(message.questions.map(({ name, type }) => [name.toString(), type])).toEqual([
      ['_993._tcp.mail.example.org', recordTypes.TLSA],
    ]);
    expect(message.edns).toEqual({ extendedRcode: 0, version: 0, dnssecOk, payloadOctets: 1232, options: [] });
  });

  it('leave EDNS out where a server does not know it', () => {
    const query = { id: 1, name: named('a'), type: 1, recursionDesired: true, checkingDisabled: false, edns: null };
    expect(decode(encodeQuery(query)).edns).toBeNull();
  });
});

describe('responses', () => {
  it('keep raw data and its place, so that names inside can be decompressed', () => {
    const wire = buildMessage({
      id: 7,
      question,
      answer: [{ name: 'example.org', type: 'CNAME', data: [4, 0x6d, 0x61, 0x69, 0x6c, 0xc0, 12] }],
    });
    const record = decode(wire).answer[0];
    expect(record && Array.from(rdataOctets(record.rdata))).toEqual([4, 0x6d, 0x61, 0x69, 0x6c, 0xc0, 12]);
    const target = record && parseSingleName(record.rdata);
    expect(target?.ok && target.value.toString()).toBe('mail.example.org');
  });

  it('put records in their sections and take the OPT record out', () => {
    const message = decode(
      buildMessage({
        id: 7,
        question,
        authenticData: true,
        answer: [addressRecord, addressRecord],
        authority: [{ name: 'org', type: 'NS', data: nameOctets('ns.example') }],
        additional: [optRecord(), { ...addressRecord, name: 'ns.example' }],
      }),
    );
    expect(message.answer.map((record) => record.name.toString())).toEqual(['example.org', 'example.org']);
    expect(message.authority.map((record) => record.type)).toEqual([recordTypes.NS]);
    expect(message.additional.map((record) => record.name.toString())).toEqual(['ns.example']);
    expect(message).toMatchObject({ authenticData: true, truncated: false, rcode: 0, malformed: [] });
  });

  it('lose nothing but the one malformed record, where its end can be told', () => {
    const broken = [0xc0, 0xff, ...u16(1), ...u16(1), 0, 0, 0, 9, ...u16(4), 192, 0, 2, 9];
    const good = [0xc0, 12, ...u16(1), ...u16(1), 0, 0, 0, 9, ...u16(4), 192, 0, 2, 1];
    const start = buildMessage({ id: 7, question });
    const wire = Uint8Array.from([...start, ...good, ...broken, ...good]);
    wire.set(u16(3), 6);
    const message = decode(wire);
    expect(message.answer.map((record) => Array.from(rdataOctets(record.rdata)))).toEqual([
      [192, 0, 2, 1],
      [192, 0, 2, 1],
    ]);
    expect(message.malformed).toEqual([
      { section: 'answer', index: 1, why: 'owner: a compression pointer does not point backwards' },
    ]);
  });

  it('say what stands behind a record without an end', () => {
    const wire = buildMessage({ id: 7, question, answer: [addressRecord], additional: [addressRecord] });
    const message = decode(wire.slice(0, wire.length - 30));
    expect(message.answer).toHaveLength(0);
    expect(message.malformed.map(({ section }) => section)).toEqual(['answer', 'additional']);
  });

  it('take a TTL with the top bit as zero (RFC 2181 section 8)', () => {
    const message = decode(buildMessage({ id: 7, question, answer: [{ ...addressRecord, ttlSeconds: 0xffffffff }] }));
    expect(message.answer[0]?.ttlSeconds).toBe(0);
  });

  it('join the extended rcode', () => {
    const message = decode(buildMessage({ id: 7, question, additional: [optRecord([], { extendedRcode: 1 })] }));
    expect(rcodeName(message.rcode)).toBe('BADVERS');
  });

  it('keep extended DNS errors, and explain them', () => {
    const message = decode(
      buildMessage({
        id: 7,
        question,
        rcode: 'SERVFAIL',
        additional: [
          optRecord([
            [10, [1, 2, 3, 4, 5, 6, 7, 8]],
            [15, [0, 7, ...Buffer.from('key 4711')]],
            [15, [0xff, 0xff, 0xc3]],
            [15, [0]],
          ]),
        ],
      }),
    );
    expect(message.edns?.options.map(({ code }) => code)).toEqual([10, 15, 15, 15]);
    expect(extendedErrors(message.edns)).toEqual([
      { infoCode: 7, extraText: 'key 4711' },
      { infoCode: 65535, extraText: '0xc3' },
    ]);
    expect(explainRcode(message)).toBe(
      'SERVFAIL, Signature Expired (EDE 7): key 4711, unknown error (EDE 65535): 0xc3',
    );
  });

  it('name what has no mnemonic', () => {
    expect([rcodeName(3), rcodeName(17), typeName(52), typeName(65280)]).toEqual([
      'NXDOMAIN',
      'RCODE17',
      'TLSA',
      'TYPE65280',
    ]);
  });

  it.each([
    ['eleven octets', new Uint8Array(11), 'header'],
    ['a question without an end', Uint8Array.from([0, 7, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0x61]), 'question'],
    ['half a question', Uint8Array.from([0, 7, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), 'cut off'],
    ['more questions than one', Uint8Array.from([0, 7, 0x81, 0x80, 0xff, 0xff, 0, 0, 0, 0, 0, 0]), '65535 questions'],
    ['more than 64 KiB', new Uint8Array(65_536), '65535'],
  ])('cannot be read from %s', (_, wire, why) => {
    const message = decodeMessage(wire);
    expect(message.ok ? '' : message.error).toContain(why);
  });

  it('come to an end at 64 KiB of headers that promise everything', () => {
    const wire = new Uint8Array(65_535);
    wire.set([0, 7, 0x81, 0x80, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const message = decode(wire);
    expect(message.answer.length).toBe(Math.floor((65_535 - 12) / 11));
    expect(message.malformed.length).toBe(3);
  });

  it('never throw, whatever the octets', () => {
    const header = fc.constant([0, 7, 0x81, 0x80, 0, 1, 0, 3, 0, 2, 0, 2]);
    const octets = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0, 1, 0xc0, 12)), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(header, octets, (head, body) => {
        const message = decodeMessage(Uint8Array.from([...head, ...body]));
        if (message.ok) {
          expect(message.value.answer.length).toBeLessThanOrEqual(3);
          expect(message.value.malformed.length).toBeLessThanOrEqual(7);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what answers a query', () => {
  const query = { id: 7, name: named('Example.org'), type: recordTypes.A };
  it.each([
    ['the same question in another case', { id: 7, question }, true],
    ['another id', { id: 8, question }, false],
    ['another name', { id: 7, question: { ...question, name: 'example.net' } }, false],
    ['another type', { id: 7, question: { ...question, type: recordTypes.AAAA } }, false],
    ['a query', { id: 7, question, isResponse: false }, false],
    ['no question', { id: 7, question: null }, false],
    ['no question because it could not be read', { id: 7, question: null, rcode: 'FORMERR' }, true],
  ] as const)('%s', (_, message, expected) => {
    expect(isAnswerTo(decode(buildMessage(message)), query)).toBe(expected);
  });
});
