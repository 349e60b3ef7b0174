import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { Name } from '#lib/dns/name.ts';
import { parseRootHints, rootHints, type NameServer } from '#lib/dns/root-hints.ts';
import type { ServerAddress } from '#lib/dns/server-address.ts';
import { recordTypes } from '#lib/dns/types.ts';
import { errorText } from '#lib/error-text.ts';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Settings } from '#lib/settings.ts';
import { createAskServer, type AskServer } from './ask-server.ts';
import { createCachedResolve } from './cache.ts';
import type { Capability } from './capability.ts';
import { createIterate, type Iterate } from './iterate.ts';
import type { Resolve } from './resolve.ts';
import { createResolverSource, describeResolvers } from './resolver-source.ts';
import { chooseResolvers, systemResolvers } from './resolvers.ts';
import { createServerLimit } from './server-limit.ts';

/** How long one finding about the way to the root is believed. */
const recheckMs = 300_000;
const reachTimeoutMs = 3000;

/** Where answers come from now, and why. `said` is one sentence without a full stop, for logs and evidence. */
export interface SourceDescription {
  readonly kind: 'iterate' | 'resolver';
  readonly said: string;
}

/** Where our validator gets its answers from. */
export interface Source {
  /** Remembers answers and joins equal questions. */
  readonly resolve: Resolve;
  /**
   * Whether this source hands out what a validator needs. Where it does not, every `resolve` fails, and the verdict is
   * `indeterminate` with the reason `resolver-strips-dnssec` (`strips`) or `no-answer` (`unknown`).
   */
  readonly capability: () => Promise<Capability>;
  readonly describe: () => Promise<SourceDescription>;
  /** Delegations and their servers: works where port 53 of foreign servers can be reached, whatever `resolve` uses. */
  readonly iterate: Iterate;
  /** Root name servers that iteration begins at. */
  readonly roots: readonly ServerAddress[];
  /** One question to one authoritative server, behind the address guard and our own limit. */
  readonly askServer: AskServer;
}

export interface SourceOptions {
  readonly settings: Pick<Settings, 'resolver' | 'rootHints' | 'allowAddresses'>;
  /** Ends every question that is on its way when the program stops. */
  readonly signal?: AbortSignal;
  /** Of all authoritative servers; 53 in life. */
  readonly port?: number;
  /** Servers of the public root. */
  readonly publicRoot?: readonly NameServer[];
  /** Resolvers of this machine. */
  readonly ownResolvers?: () => Promise<readonly ServerAddress[]>;
  /** Milliseconds that never go backwards, to tell when the root is tried again. */
  readonly now?: () => number;
}

/**
 * A resolver where LATCHWATCH_RESOLVER names one, else iteration from the root. Where no server of the public root can
 * be reached, the system's resolvers step in, and the root is tried again after five minutes. With root servers of the
 * operator's own there is no such way out: the system's resolvers know another root. The error is one sentence.
 */
export async function createSource(options: SourceOptions): Promise<Result<Source>> {
  const { settings, signal, port = 53, publicRoot = rootHints, now = () => performance.now() } = options;
  // One listener a question in flight: no leak, however many.
  if (signal !== undefined) setMaxListeners(0, signal);
  const hints = settings.rootHints === null ? ok(publicRoot) : await readHints(settings.rootHints, port);
  if (!hints.ok) return hints;
  const { ownResolvers = systemResolvers } = options;
  const resolvers = settings.resolver === null ? ok(await ownResolvers()) : await chooseResolvers(settings.resolver);
  if (!resolvers.ok) return resolvers;
  const blocks = settings.allowAddresses.map((text) => parseCidr(text));
  const guard = createAddressGuard(blocks.flatMap((block) => (block.ok ? [block.value] : [])));
  const askServer = createAskServer({ guard, limit: createServerLimit() });
  const iterate = createIterate({ hints: hints.value, askServer, port });
  const resolver = createResolverSource({ servers: resolvers.value, ...(signal === undefined ? {} : { signal }) });
  const resolves = { iterate: createCachedResolve(iterate.ask), resolver: createCachedResolve(resolver.resolve) };
  const names = describeResolvers(resolvers.value);

  const choose = async (): Promise<SourceDescription> => {
    if (settings.resolver !== null) return { kind: 'resolver', said: `asks ${names}, as LATCHWATCH_RESOLVER says` };
    const reached = await iterate.ask(
      { name: Name.root, type: recordTypes.NS },
      { deadline: performance.now() + reachTimeoutMs, signal, fresh: true },
    );
    if (reached.ok) return { kind: 'iterate', said: 'asks authoritative servers, from the root down' };
    const why = reached.failure.said ?? reached.failure.reason;
    return settings.rootHints === null
      ? { kind: 'resolver', said: `asks ${names}, the system's, because the root cannot be reached: ${why}` }
      : { kind: 'iterate', said: `cannot reach the root of LATCHWATCH_ROOT_HINTS: ${why}` };
  };
  const describe = rememberFor({ validForMs: recheckMs, now }, choose);

  return ok({
    resolve: async (question, asked) => {
      const { kind } = await describe();
      return resolves[kind](question, { signal, ...asked });
    },
    capability: async () => {
      const { kind, said } = await describe();
      return kind === 'iterate' ? { dnssec: 'passes', said } : resolver.capability();
    },
    describe,
    iterate,
    roots: hints.value.flatMap(({ addresses }) => addresses),
    askServer,
  });
}

async function readHints(path: string, port: number): Promise<Result<readonly NameServer[]>> {
  try {
    const hints = parseRootHints(await readFile(path, 'utf8'), port);
    return hints.ok ? hints : err(`LATCHWATCH_ROOT_HINTS (${path}) cannot be used: ${hints.error}.`);
  } catch (error) {
    return err(`LATCHWATCH_ROOT_HINTS (${path}) cannot be read: ${errorText(error)}.`);
  }
}

/** Does the work again when its last result is older than that; concurrent callers share one run. */
function rememberFor<T>(
  { validForMs, now }: { readonly validForMs: number; readonly now: () => number },
  work: () => Promise<T>,
): () => Promise<T> {
  let known: { readonly result: Promise<T>; readonly validUntil: number } | null = null;
  return async () => {
    if (known === null || now() >= known.validUntil) known = { result: work(), validUntil: now() + validForMs };
    return known.result;
  };
}
