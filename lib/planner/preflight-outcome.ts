import type { ServedTlsa } from '../dane/held-since.ts';
import type { PreflightReport } from '../model/preflight-schema.ts';

/** What was seen of the name servers for one answer: the next preflight counts the wait from here. */
interface PreflightSeen {
  /** Owner of the TLSA records. */
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly servers: readonly ServedTlsa[];
}

/** An answer with what the next one goes by, or why there is none, in one sentence. */
export type PreflightOutcome =
  { readonly report: PreflightReport; readonly seen: readonly PreflightSeen[] } | { readonly error: string };
