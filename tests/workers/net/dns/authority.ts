import { parseName, type Name } from '#lib/dns/name.ts';
import type { Message } from '#lib/dns/message.ts';
import { recordTypes } from '#lib/dns/types.ts';
import type { MessageToSend, RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { addressOctets, nameOctets, soaOctets } from '#tests/lib/dns/message-builder.ts';
import { answerTo, startNameServer, type NameServer, type UdpScript } from './scripted-name-server.ts';

/** A zone of an authoritative server. NS records below the apex are delegations, address records below them glue. */
export interface AuthorityZone {
  readonly apex: string;
  readonly records: readonly RecordToSend[];
}

export function name(text: string): Name {
  const parsed = parseName(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

export const ns = (owner: string, host: string): RecordToSend => ({ name: owner, type: 'NS', data: nameOctets(host) });
export const a = (owner: string, address: string): RecordToSend => ({
  name: owner,
  type: 'A',
  data: addressOctets(address),
});
export const aaaa = (owner: string, address: string): RecordToSend => ({ ...a(owner, address), type: 'AAAA' });

/** What a server of these zones answers (RFC 1034 section 4.3.2), without wildcards and aliases. */
export function authoritativeAnswer(zones: readonly AuthorityZone[], query: Message): Partial<MessageToSend> {
  const [question] = query.questions;
  if (question === undefined) return { rcode: 'FORMERR' };
  const asked = question.name;
  const mine = zones
    .filter(({ apex }) => asked.isSubdomainOf(name(apex)))
    .sort((x, y) => name(y.apex).labelCount - name(x.apex).labelCount);
  // The parent answers for DS where it is here too.
  const isAbove = ({ apex }: AuthorityZone) => !name(apex).equals(asked);
  const zone = question.type === recordTypes.DS ? (mine.find(isAbove) ?? mine[0]) : mine[0];
  if (zone === undefined) return { rcode: 'REFUSED' };
  const typeOf = (record: RecordToSend) => (typeof record.type === 'number' ? record.type : recordTypes[record.type]);
  const cut = zone.records.find(
    (record) =>
      record.type === 'NS' &&
      record.name !== zone.apex &&
      asked.isSubdomainOf(name(record.name)) &&
      !(question.type === recordTypes.DS && name(record.name).equals(asked)),
  );
  if (cut !== undefined) {
    const isGlue = (record: RecordToSend) => record.type === 'A' || record.type === 'AAAA';
    const authority = zone.records.filter((record) => record.type === 'NS' && record.name === cut.name);
    return { authority, additional: zone.records.filter(isGlue) };
  }
  const here = zone.records.filter((record) => name(record.name).equals(asked));
  const answer = here.filter((record) => typeOf(record) === question.type);
  if (answer.length > 0) return { authoritative: true, answer };
  const soa: RecordToSend = { name: zone.apex, type: 'SOA', data: soaOctets(zone.apex === '.' ? 'root' : zone.apex) };
  const exists = asked.equals(name(zone.apex)) || zone.records.some((record) => name(record.name).isSubdomainOf(asked));
  return { authoritative: true, authority: [soa], rcode: exists ? 'NOERROR' : 'NXDOMAIN' };
}

/** What answers at an address: zones, or a script where no honest server does the thing. */
export type Behaviour = readonly AuthorityZone[] | UdpScript;

export interface Authorities {
  readonly port: number;
  readonly at: (address: string) => NameServer;
  readonly close: () => Promise<void>;
}

/** Name servers at several addresses of this machine, on one port: a free one by default. */
export async function startAuthorities(
  behaviours: Readonly<Record<string, Behaviour>>,
  wantedPort = 0,
): Promise<Authorities> {
  const servers = new Map<string, NameServer>();
  for (const [address, behaviour] of Object.entries(behaviours)) {
    const udp: UdpScript =
      typeof behaviour === 'function'
        ? behaviour
        : (query, reply) => reply(answerTo(query, authoritativeAnswer(behaviour, query)));
    const port = [...servers.values()][0]?.server.port ?? wantedPort;
    servers.set(address, await startNameServer({ udp }, address, port));
  }
  return {
    port: [...servers.values()][0]?.server.port ?? 0,
    at: (address) => {
      const server = servers.get(address);
      if (server === undefined) throw new Error(address);
      return server;
    },
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}
