import type { CensusClass } from '../model/census.ts';
import { changeVersions, type ChangeVersion } from './change.ts';
import { changeVersionOf } from './endpoint-evidence.ts';
import type { Judged } from './judged.ts';

/*
 * Which clients a change of TLS versions locks out. The promise tls10 reads "1.0 or later", so the number of its holders is
 * the wrong one: what counts is who can do a version that remains.
 */

/** Versions before and after a change at a host; `before` null: not known what it offers. */
export interface VersionChange {
  readonly before: readonly ChangeVersion[] | null;
  readonly after: readonly ChangeVersion[];
}

const rankOf = (version: ChangeVersion): number => changeVersions.indexOf(version);
const highest = (versions: readonly ChangeVersion[]): number => Math.max(-1, ...versions.map(rankOf));

/** What one class of clients has to expect. `presumed`: its client speaks of latches although this class did not tell. */
export function judgeVersions(
  client: Pick<CensusClass, 'latched' | 'supported' | 'tlsVersion' | 'tlsCipher'>,
  { before, after }: VersionChange,
  presumed: boolean,
): Judged {
  const { latched, supported, tlsVersion, tlsCipher } = client;
  if (before?.every((version) => after.includes(version)) === true) {
    return { impact: 'safe', tag: null, why: 'no version goes' };
  }
  const isHolder = latched.length > 0;
  const tag = latched.find((one) => one === 'tls10') ?? latched[0] ?? null;
  if (tlsVersion === 'none') {
    return isHolder
      ? { impact: 'at-risk', tag, why: 'has latched, yet its last session had no TLS' }
      : { impact: 'safe', tag: null, why: 'uses no TLS' };
  }
  const observed = tlsVersion === null ? null : rankOfName(tlsVersion);
  const told = [...latched, ...supported].includes('tls12') ? rankOf('1.2') : -1;
  const reached = Math.max(told, observed ?? -1, rankOfSuite(tlsCipher));
  if (after.some((version) => rankOf(version) <= reached)) {
    return { impact: 'safe', tag, why: told > (observed ?? -1) ? 'knows tls12' : 'was seen with a version that stays' };
  }
  // A client takes the highest version that both have: what it did not take, it does not have.
  const couldTake = before === null ? rankOf('1.3') : highest(before);
  if (observed !== null && after.length === 0) {
    return { impact: 'breaks', tag, why: 'uses TLS, of which no version remains' };
  }
  if (observed !== null && reached === observed && couldTake > observed) {
    return { impact: 'breaks', tag, why: 'was last seen with a version that goes, and took none of the later ones' };
  }
  if (isHolder || presumed) return { impact: 'at-risk', tag, why: 'nothing tells which versions it has' };
  return { impact: 'unknown', tag: null, why: 'nothing tells which versions it has' };
}

/** -1: older than any of ours; null: not a version that we know. */
function rankOfName(name: string): number | null {
  if (/^SSLv[23]$/.test(name)) return -1;
  const version = changeVersionOf(name);
  return version === null ? null : rankOf(version);
}

/** The lowest version that has such a suite; -1: any may have it, as those that end in CBC_SHA. */
function rankOfSuite(cipher: string | null): number {
  const name = (cipher ?? '').toUpperCase();
  // TLS 1.3 names no key exchange (RFC 8446 appendix B.4).
  if (/^TLS_(?:AES|CHACHA20|SM4)_/.test(name) && !name.includes('_WITH_')) return rankOf('1.3');
  return /GCM|CCM|CHACHA20|SHA256|SHA384/.test(name) ? rankOf('1.2') : -1;
}
