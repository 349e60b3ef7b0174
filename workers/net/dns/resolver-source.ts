import { performance } from 'node:perf_hooks';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import type { AskServer } from './ask-server.ts';
import { probeCapability, type Capability } from './capability.ts';
import { unanswered } from './exchange.ts';
import type { Resolve } from './resolve.ts';
import { askResolvers, createResolverAskServer, lookupTimeoutMs } from './transport.ts';

/** A forwarder may be replaced while we run. */
const believedMs = 3_600_000;
/** Short: until it is known that a resolver hands out signatures, nothing can be validated with its answers. */
const retryUnknownMs = 10_000;

export interface ResolverSource {
  /** Asks with RD and CD those resolvers that pass DNSSEC. Where none does, a failure says so: it is no verdict. */
  readonly resolve: Resolve;
  /** Of the best resolver: the first that passes, else what is wrong with the first. Looked up once an hour. */
  readonly capability: () => Promise<Capability>;
}

export interface ResolverSourceOptions {
  /** Recursive resolvers in order of preference. */
  readonly servers: readonly ServerAddress[];
  /** For the look at what a resolver can do. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Recursive resolvers as the source of answers to validate. */
export function createResolverSource(options: ResolverSourceOptions): ResolverSource {
  const { servers, timeoutMs = lookupTimeoutMs, signal } = options;
  const askServer = createResolverAskServer(servers);
  const probes = servers.map((server) => ({
    server,
    probe: rememberCapability({ server, askServer, timeoutMs, signal }),
  }));

  const look = async () =>
    Promise.all(probes.map(async ({ server, probe }) => ({ server, capability: await probe() })));

  return {
    resolve: async (question, { deadline, signal: stop }) => {
      const known = await look();
      const usable = known.filter(({ capability }) => capability.dnssec === 'passes').map(({ server }) => server);
      if (usable.length === 0) return unanswered('dns', best(known).said);
      return askResolvers({ question, servers: usable, askServer, checkingDisabled: true, deadline, signal: stop });
    },
    capability: async () => best(await look()),
  };
}

function best(known: readonly { readonly capability: Capability }[]): Capability {
  const passing = known.find(({ capability }) => capability.dnssec === 'passes');
  const first = passing ?? known.find(({ capability }) => capability.dnssec === 'strips') ?? known[0];
  return first?.capability ?? { dnssec: 'unknown', said: 'no name server is configured' };
}

/** Looks once an hour; concurrent callers share one look. */
function rememberCapability(asked: {
  readonly server: ServerAddress;
  readonly askServer: AskServer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}): () => Promise<Capability> {
  let known: { readonly capability: Promise<Capability>; validUntil: number } | null = null;
  return async () => {
    if (known !== null && performance.now() < known.validUntil) return known.capability;
    const capability = probeCapability(asked);
    const entry = { capability, validUntil: performance.now() + believedMs };
    known = entry;
    if ((await capability).dnssec === 'unknown') entry.validUntil = performance.now() + retryUnknownMs;
    return capability;
  };
}

/** The resolvers for logs, `192.0.2.53:53, [2001:db8::53]:53`. */
export function describeResolvers(servers: readonly ServerAddress[]): string {
  return servers.map(formatServerAddress).join(', ');
}
