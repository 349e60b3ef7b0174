import { recordTypes } from '#lib/dns/types.ts';
import type { RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { answerTo, startNameServer, type NameServer } from './scripted-name-server.ts';

export interface Zone {
  /** Answers give the records of the asked name and type. */
  readonly records: readonly RecordToSend[];
  /** `TYPE name` that get SERVFAIL. */
  readonly failing?: readonly string[];
}

function typeNumber(type: RecordToSend['type']): number {
  return typeof type === 'number' ? type : recordTypes[type];
}

/** A resolver on loopback that knows these records and nothing else: every other name but the root does not exist. */
export async function startZoneServer({ records, failing = [] }: Zone): Promise<NameServer> {
  const exists = (name: string) =>
    name === '.' || records.some((record) => record.name === name || record.name.endsWith(`.${name}`));
  return startNameServer({
    udp: (query, reply) => {
      const [question] = query.questions;
      const name = question?.name.toString() ?? '';
      const type = Object.entries(recordTypes).find(([, number]) => number === question?.type)?.[0] ?? '';
      if (failing.includes(`${type} ${name}`)) {
        reply(answerTo(query, { rcode: 'SERVFAIL' }));
        return;
      }
      const answer = records.filter((record) => record.name === name && typeNumber(record.type) === question?.type);
      reply(answerTo(query, exists(name) ? { answer } : { rcode: 'NXDOMAIN' }));
    },
  });
}
