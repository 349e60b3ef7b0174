import { recordTypes, typeName, type RecordType } from '#lib/dns/types.ts';
import { nameOctets, rrsigOctets, soaOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { optRecord, type MessageToSend } from '#tests/lib/dns/message-builder.ts';
import { answerTo, type UdpScript } from './scripted-name-server.ts';

const soa: RecordToSend = { name: '.', type: 'SOA', data: soaOctets('root') };
const keys: RecordToSend = { name: '.', type: 'DNSKEY', data: [1, 1, 3, 13, 1, 2, 3, 4] };
const nsec: RecordToSend = { name: '.', type: 'NSEC', data: [...nameOctets('first'), 0, 1, 0x20] };
const ds: RecordToSend = { name: 'first', type: 'DS', data: [0, 1, 13, 2, 1, 2, 3, 4] };

const signature = (owner: string, covered: RecordType, signer = '.'): RecordToSend => ({
  name: owner,
  type: 'RRSIG',
  data: rrsigOctets(covered, signer),
});

/** What a resolver says of the root, by `TYPE name`. The signatures are made up: only a validator would mind. */
export const rootAnswers: Readonly<Record<string, Partial<MessageToSend>>> = {
  'SOA .': { answer: [soa, signature('.', 'SOA')] },
  'DNSKEY .': { answer: [keys, signature('.', 'DNSKEY')] },
  'MX .': { authority: [soa, nsec, signature('.', 'NSEC')] },
  'DS first': { answer: [ds, signature('first', 'DS')] },
};

/** The same answers as a resolver hands them out that does not know DNSSEC. */
export function stripped(answer: Partial<MessageToSend>): Partial<MessageToSend> {
  const dnssecOnly: readonly unknown[] = ['RRSIG', 'NSEC', 'NSEC3'];
  const keep = (records: readonly RecordToSend[] = []) => records.filter(({ type }) => !dnssecOnly.includes(type));
  return { ...answer, answer: keep(answer.answer), authority: keep(answer.authority), additional: [] };
}

/** The child's word where the parent's is due. */
export const childAnswersDs: Partial<MessageToSend> = {
  authority: [
    { name: 'first', type: 'SOA', data: soaOctets('first') },
    { ...nsec, name: 'first' },
    signature('first', 'NSEC', 'first'),
  ],
};

/** A resolver that gives these answers and says REFUSED to all else. */
export function resolverScript(answers: Readonly<Record<string, Partial<MessageToSend>>>): UdpScript {
  return (query, reply) => {
    const [question] = query.questions;
    const key = question === undefined ? '' : `${typeName(question.type)} ${question.name.toString()}`;
    const answer = answers[key];
    reply(answerTo(query, answer === undefined ? { rcode: 'REFUSED' } : { additional: [optRecord()], ...answer }));
  };
}

/** An A record of example.org, signed as far as the look of it goes. */
export const exampleAnswers: Readonly<Record<string, Partial<MessageToSend>>> = {
  'A example.org': {
    answer: [
      { name: 'example.org', type: recordTypes.A, data: [192, 0, 2, 1] },
      signature('example.org', 'A', 'example.org'),
    ],
  },
};
