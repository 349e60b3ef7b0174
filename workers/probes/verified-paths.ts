import type { Pkix } from '#lib/model/observation.ts';
import { readChain } from '#lib/x509/read-chain.ts';

/** A chain as a server sent it, and the path by which OpenSSL trusted it. */
export interface VerifiedPath {
  /** Base64 DER, leaf first. */
  readonly chain: readonly string[];
  readonly pkix: Extract<Pkix, { readonly trusted: true }>;
}

/**
 * Chains that OpenSSL trusted a short time ago. Building a path is most of what a handshake costs us, and a server shows
 * the same chain for weeks. Only good verdicts are kept, for one place (address, port and SNI), and none outlives a
 * certificate of its path.
 */
export interface VerifiedPaths {
  /** What was verified at this place; empty where OpenSSL has to look. `now` in milliseconds since the epoch. */
  readonly recall: (place: string, now: number) => readonly VerifiedPath[];
  readonly keep: (place: string, path: VerifiedPath, now: number) => void;
}

const keptMs = 60 * 60 * 1000;
const maxPlaces = 20_000;
/** A pool behind one address shows a few; a server that shows a new one each time is verified each time. */
const maxChains = 4;

export function createVerifiedPaths(): VerifiedPaths {
  const places = new Map<string, readonly (VerifiedPath & { readonly until: number })[]>();
  const living = (place: string, now: number) => (places.get(place) ?? []).filter(({ until }) => now < until);
  return {
    recall: living,
    keep: (place, path, now) => {
      const until = Math.min(now + keptMs, ...endsOf(path));
      const others = living(place, now).filter(({ chain }) => !isSameChain(chain, path.chain));
      // Latest last, so that the cap drops the place that was verified longest ago.
      places.delete(place);
      places.set(place, [{ ...path, until }, ...others].slice(0, maxChains));
      const [oldest] = places.keys();
      if (places.size > maxPlaces && oldest !== undefined) places.delete(oldest);
    },
  };
}

/** Whether two chains are the same certificates in the same order. */
export function isSameChain(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((certificate, index) => certificate === other[index]);
}

function endsOf({ pkix }: VerifiedPath): readonly number[] {
  return readChain(pkix.path).map((certificate) => certificate?.notAfter ?? 0);
}
