import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Name, parseName } from '#lib/dns/name.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodes, recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';
import type { AskServer } from '#workers/net/dns/ask-server.ts';
import type { Source } from '#workers/net/dns/source.ts';
import { askResolvers, createResolverAskServer } from '#workers/net/dns/transport.ts';
import type { Dial, Random } from '#workers/ports.ts';

/** What one look at the canaries gave; `said` is for people, a sentence without a full stop. */
export interface CanaryLook {
  /** Null: nothing of that kind can be asked. */
  readonly resolver: boolean | null;
  readonly network: boolean | null;
  readonly resolverSaid: string | null;
  readonly networkSaid: string | null;
}

/** Looks at the canaries. `careful`: a run went wrong, so that an answer from somebody's memory is not enough. */
export type AskCanaries = (look: { readonly careful: boolean }) => Promise<CanaryLook>;

export interface CanaryOptions {
  /** The road that all lookups take. */
  readonly source: Pick<Source, 'describe' | 'iterate'>;
  /** Recursive resolvers that `source` asks where it does not ask from the root down. */
  readonly resolvers: readonly ServerAddress[];
  /** Root name servers. */
  readonly roots: readonly ServerAddress[];
  /** Servers of LATCHWATCH_CANARIES, which accept connections. */
  readonly servers: readonly ServerAddress[];
  /** Without the guard of probes: the operator named these servers. */
  readonly dial: Dial;
  readonly random: Random;
}

const resolverTimeoutMs = 3_000;
const serverTimeoutMs = 2_000;
/** Root servers that are asked when the first one is silent. */
const moreRoots = 4;

/**
 * Canaries: the road of DNS by a question about the root, and the network by any one of several servers that have
 * nothing in common. In calm times one packet to each.
 */
export function createCanaries(options: CanaryOptions): AskCanaries {
  const { source, resolvers, roots, servers, dial, random } = options;
  const askResolver = createResolverAskServer(resolvers);
  const askRoot = createResolverAskServer(roots);
  const names = resolvers.map(formatServerAddress).join(', ');
  // A resolver that never found a new name proves nothing when it does not find one.
  let foundNewName = false;

  const recursive = async (question: DnsQuestion): Promise<boolean> => {
    const deadline = performance.now() + resolverTimeoutMs;
    const asked = { question, servers: resolvers, askServer: askResolver, checkingDisabled: true, deadline };
    return isAnswer(await askResolvers({ ...asked, signal: undefined }));
  };

  const askRoad = async (careful: boolean): Promise<Pick<CanaryLook, 'resolver' | 'resolverSaid'>> => {
    const { kind } = await source.describe();
    if (kind === 'iterate') {
      const deadline = performance.now() + resolverTimeoutMs;
      const reply = await source.iterate.ask(rootSoa, { deadline, fresh: true });
      const resolver = reply.ok && isConclusive(reply.facts.message.rcode);
      return {
        resolver,
        resolverSaid: `the root name servers ${resolver ? 'answer' : 'give no answer'} to our questions`,
      };
    }
    if (resolvers.length === 0) return { resolver: null, resolverSaid: null };
    const [known, fresh] = await Promise.all([
      recursive(rootSoa),
      careful || !foundNewName ? recursive(newName()) : Promise.resolve(null),
    ]);
    const resolver = known && (fresh !== false || !foundNewName);
    foundNewName ||= fresh === true;
    const what = known ? 'finds no new names' : 'gives no answer';
    return { resolver, resolverSaid: `${names} ${resolver ? 'answers' : what}` };
  };

  const reachRoot = async (server: ServerAddress): Promise<boolean> =>
    isAnswer(await askOne(askRoot, server), { any: true });

  const reachServer = async ({ address, port }: ServerAddress): Promise<boolean> => {
    const reached = await dial({ address, port, deadline: performance.now() + serverTimeoutMs });
    if (reached.ok) reached.facts.destroy();
    return reached.ok;
  };

  const askNetwork = async (): Promise<Pick<CanaryLook, 'network' | 'networkSaid'>> => {
    if (roots.length + servers.length === 0) return { network: null, networkSaid: null };
    const [first, ...others] = shuffle(roots, random);
    const [one, ...rest] = shuffle(servers, random);
    const reached = await firstReached([
      ...(first === undefined ? [] : [{ server: first, reach: reachRoot }]),
      ...(one === undefined ? [] : [{ server: one, reach: reachServer }]),
    ]);
    const again =
      reached ??
      (await firstReached([
        ...bothFamilies(others).map((server) => ({ server, reach: reachRoot })),
        ...rest.map((server) => ({ server, reach: reachServer })),
      ]));
    if (again !== null) return { network: true, networkSaid: `${formatServerAddress(again)} answers` };
    const asked = [first, one, ...bothFamilies(others), ...rest].filter((server) => server !== undefined);
    return { network: false, networkSaid: `none of ${asked.map(formatServerAddress).join(', ')} answers` };
  };

  return async ({ careful }) => {
    const [road, network] = await Promise.all([askRoad(careful), askNetwork()]);
    return { ...road, ...network };
  };
}

const rootSoa: DnsQuestion = { name: Name.root, type: recordTypes.SOA };

/** A name that nobody can have in memory, in a zone that the root name servers serve themselves. */
function newName(): DnsQuestion {
  const name = parseName(`latchwatch-${randomBytes(6).toString('hex')}.root-servers.net`);
  if (!name.ok) throw new Error(name.error);
  return { name: name.value, type: recordTypes.A };
}

async function askOne(askServer: AskServer, server: ServerAddress): Promise<DnsReply> {
  const deadline = performance.now() + serverTimeoutMs;
  const reply = await askServer({ ...rootSoa, server, recursionDesired: false, checkingDisabled: false, deadline });
  if (!reply.ok) return reply;
  return { ok: true, facts: { message: reply.facts.message, server: formatServerAddress(server) } };
}

/** `any`: whatever it says, the server was reached. */
function isAnswer(reply: DnsReply, { any = false }: { readonly any?: boolean } = {}): boolean {
  return reply.ok && (any || isConclusive(reply.facts.message.rcode));
}

function isConclusive(rcode: number): boolean {
  return rcode === rcodes.NOERROR || rcode === rcodes.NXDOMAIN;
}

interface Attempt {
  readonly server: ServerAddress;
  readonly reach: (server: ServerAddress) => Promise<boolean>;
}

/** The first that answers; null when all have given up. */
async function firstReached(attempts: readonly Attempt[]): Promise<ServerAddress | null> {
  const reached = attempts.map(async ({ server, reach }) => {
    if (await reach(server)) return server;
    throw new Error('silent');
  });
  return Promise.any(reached).catch(() => null);
}

/** A few of both families: one of them may have no way out. */
function bothFamilies(servers: readonly ServerAddress[]): readonly ServerAddress[] {
  const ipv6 = servers.filter(({ address }) => address.includes(':')).slice(0, moreRoots / 2);
  return [...servers.filter(({ address }) => !address.includes(':')).slice(0, moreRoots - ipv6.length), ...ipv6];
}

/** IPv4 first. */
function shuffle(servers: readonly ServerAddress[], random: Random): readonly ServerAddress[] {
  const ranked = servers.map((server) => ({ server, rank: random() + (server.address.includes(':') ? 1 : 0) }));
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ server }) => server);
}
