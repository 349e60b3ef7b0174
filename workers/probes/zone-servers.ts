import { showName } from '#lib/dns/show-name.ts';
import type { ServerAddress } from '#lib/dns/server-address.ts';
import type { ProbeFailure } from '#lib/model/observation.ts';
import type { AskServer } from '#workers/net/dns/ask-server.ts';
import type { ZoneDelegation } from '#workers/net/dns/delegation.ts';
import type { Validator } from '#workers/net/dns/validator.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import type { AskedQuestion } from './zone-question.ts';
import { askZoneServer, type ValidatedAnswer } from './zone-server.ts';

export interface ServerPorts {
  readonly validator: Validator;
  readonly askServer: AskServer;
  readonly hasIpv6Route: () => Promise<boolean>;
  /** Of authoritative servers; 53 by default. */
  readonly serverPort?: number;
  /** For one datagram to a server and its answer. */
  readonly patienceMs?: number;
}

export interface AskedServer {
  readonly host: string;
  readonly address: string;
  readonly answers: readonly ValidatedAnswer[];
}

/** Each has two questions at a time, which makes eight in all. */
const maxServersAtOnce = 4;
/** Addresses of name servers that are asked; the root has 26. */
const maxServers = 32;

/** Asks every server of a zone at each of its addresses. */
export async function askServers(
  questions: readonly AskedQuestion[],
  look: { readonly delegation: ZoneDelegation; readonly ports: ServerPorts; readonly deadline: number },
): Promise<readonly AskedServer[]> {
  const { delegation, ports, deadline } = look;
  const { validator, askServer, serverPort: port = 53, patienceMs } = ports;
  const zone = delegation.zone;
  const shared = {
    zone,
    questions,
    validator,
    askServer,
    deadline,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  };
  const ipv6 = await ports.hasIpv6Route();
  const places = delegation.servers.flatMap(({ host, addresses }) =>
    addresses.map((address) => ({ host: showName(host), server: { address, port } })),
  );
  return mapBounded(places.slice(0, maxServers), maxServersAtOnce, async ({ host, server }) => ({
    host,
    address: server.address,
    answers: isReachable(server, ipv6) ? await askZoneServer({ ...shared, server }) : questions.map(notAsked),
  }));
}

function isReachable({ address }: ServerAddress, ipv6: boolean): boolean {
  return ipv6 || !address.includes(':');
}

const noIpv6: ProbeFailure = { stage: 'resolve', reason: 'unreachable', said: 'no route to IPv6 addresses from here' };

function notAsked({ question }: AskedQuestion): ValidatedAnswer {
  return { answer: { question, answer: { ok: false, failure: noIpv6 } }, validation: null };
}
