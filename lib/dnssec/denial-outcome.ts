import type { Name } from '../dns/name.ts';
import { recordTypes } from '../dns/types.ts';
import type { DenialProof } from '../model/dnssec.ts';

/** What has to be proven not to exist. */
export interface Denied {
  readonly name: Name;
  readonly type: number;
  /** NXDOMAIN: the name itself is denied, not only the type. */
  readonly nameError: boolean;
}

/**
 * `proven`: it does not exist. `insecure`: an unsigned delegation may be there, or the hashes are too dear.
 * `wrong`: the records contradict the answer. `missing`: they do not say.
 */
export type DenialOutcome =
  | { readonly kind: 'proven'; readonly proof: DenialProof }
  | { readonly kind: 'insecure'; readonly reason: 'opt-out' | 'nsec3-iterations'; readonly proof: DenialProof }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'limit' };

/**
 * What a parent says of a name without DS. `unsigned`: a delegation without DS. `no-cut`: none; `below` says whether
 * there can be names below it.
 */
export type CutFinding =
  | { readonly kind: 'unsigned' | 'no-cut'; readonly proof: DenialProof; readonly below: boolean }
  | Exclude<DenialOutcome, { readonly kind: 'proven' }>;

/** `*` */
export const wildcardLabel = Uint8Array.of(0x2a);

/** Whether type bit maps are of a delegation seen from the parent. */
export function isDelegation(types: ReadonlySet<number>): boolean {
  return types.has(recordTypes.NS) && !types.has(recordTypes.SOA);
}

/** Whether type bit maps at a name deny the type, and come from the right side of a zone cut (RFC 6840 section 4.1). */
export function lacksType(
  types: ReadonlySet<number>,
  { name, type }: { readonly name: Name; readonly type: number },
): boolean {
  if (types.has(type) || types.has(recordTypes.CNAME)) return false;
  if (type === recordTypes.DS) return !types.has(recordTypes.SOA) || name.isRoot;
  return !isDelegation(types);
}
