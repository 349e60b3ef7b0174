/** What a comparison of addresses found. */
export interface Comparison {
  /** Addresses that had the fact in question. */
  readonly compared: number;
  readonly divergence: Divergence | null;
}

export interface Divergence {
  readonly verdict: 'info' | 'warn' | 'fail';
  /** The addresses that are unlike the others, and the others. */
  readonly odd: readonly string[];
  readonly siblings: readonly string[];
  /** What the siblings have in common, and one line for each way the odd ones differ. */
  readonly common: readonly string[];
  readonly differences: readonly string[];
}
