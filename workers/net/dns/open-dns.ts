import { readFile } from 'node:fs/promises';
import { parseTrustAnchors, rootAnchors, type TrustAnchor } from '#lib/dnssec/anchors.ts';
import type { ServerAddress } from '#lib/dns/server-address.ts';
import { errorText } from '#lib/error-text.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Settings } from '#lib/settings.ts';
import type { Clock, Query } from '#workers/ports.ts';
import { createPlainLookUp, createValidatedLookUp } from './lookup.ts';
import { createQuery } from './query.ts';
import { chooseResolvers } from './resolvers.ts';
import { createSource, type Source } from './source.ts';
import { lookupTimeoutMs } from './transport.ts';
import { createValidator, type Validator } from './validator.ts';

/** Everything that asks DNS, made from the settings. */
export interface Dns {
  readonly query: Query;
  readonly validator: Validator;
  readonly source: Source;
  /** Recursive resolvers that `source` asks where it does not ask from the root down. */
  readonly resolvers: readonly ServerAddress[];
  /** Recursive resolvers for a second opinion; none where the operator's root is not that of the system's resolver. */
  readonly opinions: readonly ServerAddress[];
  /** Whether answers come with what proves them; null when that cannot be told now. */
  readonly passesSignatures: () => Promise<boolean | null>;
}

/** Opens DNS. The error is one sentence about a setting. */
export async function openDns(options: {
  readonly settings: Pick<Settings, 'resolver' | 'rootHints' | 'trustAnchors' | 'allowAddresses'>;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}): Promise<Result<Dns>> {
  const { settings, clock } = options;
  const stop = options.signal === undefined ? {} : { signal: options.signal };
  const anchors = await readAnchors(settings.trustAnchors);
  if (!anchors.ok) return anchors;
  const resolvers = await chooseResolvers(settings.resolver);
  if (!resolvers.ok) return resolvers;
  const source = await createSource({ settings, ...stop });
  if (!source.ok) return source;
  const { resolve, capability } = source.value;
  const validator = createValidator({ resolve, capability, anchors: anchors.value, clock });
  const plain = createPlainLookUp({ servers: resolvers.value, timeoutMs: lookupTimeoutMs, ...stop });
  return ok({
    query: createQuery(createValidatedLookUp(validator, plain)),
    validator,
    source: source.value,
    resolvers: resolvers.value,
    opinions: settings.resolver === null && settings.rootHints !== null ? [] : resolvers.value,
    passesSignatures: async () => {
      const { dnssec } = await capability();
      return dnssec === 'unknown' ? null : dnssec === 'passes';
    },
  });
}

async function readAnchors(path: string | null): Promise<Result<readonly TrustAnchor[]>> {
  if (path === null) return ok(rootAnchors);
  try {
    const anchors = parseTrustAnchors(await readFile(path, 'utf8'), path);
    return anchors.ok ? anchors : err(`LATCHWATCH_TRUST_ANCHORS (${path}) cannot be used: ${anchors.error}.`);
  } catch (error) {
    return err(`LATCHWATCH_TRUST_ANCHORS (${path}) cannot be read: ${errorText(error)}.`);
  }
}
