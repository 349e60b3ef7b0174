import { performance } from 'node:perf_hooks';
import { parseName } from '#lib/dns/name.ts';
import type { Result } from '#lib/model/result.ts';
import { typeNumber } from '#tests/conformance/record-types.ts';
import { openDns } from '#workers/net/dns/open-dns.ts';
import type { OwnValidator } from './dnssec-agreement.ts';

/** Enough on a busy machine to hear nothing from a server that says nothing. */
const patienceMs = 30_000;

/** The product's validator, asking the lab's servers from the lab's root down. */
export async function createOwnValidator(environment: Readonly<Record<string, string>>): Promise<OwnValidator> {
  const { validator } = must(
    await openDns({
      settings: {
        // The lab's resolver would hide from us what it does not believe.
        resolver: null,
        rootHints: environment['LATCHWATCH_ROOT_HINTS'] ?? null,
        trustAnchors: environment['LATCHWATCH_TRUST_ANCHORS'] ?? null,
        allowAddresses: (environment['LATCHWATCH_ALLOW_ADDRESSES'] ?? '').split(','),
      },
      clock: { now: () => Date.now() },
    }),
  );
  return async ({ name, type }) => {
    const number = typeNumber(type);
    if (number === null) throw new Error(`The table asks for the type ${type}, which nobody knows.`);
    const question = { name: must(parseName(name)), type: number };
    const { validation } = await validator.validate(question, { deadline: performance.now() + patienceMs });
    const { result, rcode } = validation;
    return { state: result.state, reason: result.state === 'secure' ? null : result.reason, rcode };
  };
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}
