import type { Tone } from './tone.ts';

/**
 * A shape of its own for each tone, so that colour is not needed to tell them apart. A word stands beside it. The shapes
 * are `ToneShapes` of the root layout.
 */
export function ToneIcon({ tone, size = 16 }: { readonly tone: Tone; readonly size?: number }) {
  return (
    <svg width={size} height={size} aria-hidden="true" className={`tone-${tone} tone-text shrink-0`}>
      <use href={`#tone-${tone}`} />
    </svg>
  );
}
