import type { Dial } from '#workers/ports.ts';

/** A host has few; a machine whose addresses change all the time is known by those it had first. */
const maxNoted = 64;

/** A dialler that tells, once each, the addresses of this machine that its connections came from. */
export function noteOwnAddresses(dial: Dial, note: (address: string) => void): Dial {
  const noted = new Set<string>();
  return async (wanted) => {
    const outcome = await dial(wanted);
    const address = outcome.ok ? outcome.facts.localAddress : undefined;
    if (address !== undefined && !noted.has(address) && noted.size < maxNoted) {
      noted.add(address);
      note(address);
    }
    return outcome;
  };
}
