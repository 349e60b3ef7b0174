import type { DnssecState } from '#lib/model/dnssec.ts';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';

interface Look {
  readonly word: string;
  readonly meaning: string;
  readonly strokeWidth: number;
  readonly strokeDasharray?: string;
  readonly strokeLinecap?: 'round';
}

/** How a line or an edge of each state looks. The pattern tells, without the colour. */
const looks: Readonly<Record<DnssecState, Look>> = {
  secure: { word: 'secure', meaning: 'solid', strokeWidth: 2 },
  bogus: { word: 'bogus', meaning: 'dashed', strokeWidth: 2, strokeDasharray: '7 4' },
  insecure: {
    word: 'insecure',
    meaning: 'dotted',
    strokeWidth: 2.2,
    strokeDasharray: '0.1 4.6',
    strokeLinecap: 'round',
  },
  indeterminate: { word: 'indeterminate', meaning: 'thin, with a question mark', strokeWidth: 1 },
};

/** Attributes of a stroke in this state, for any SVG shape. */
export function strokeOf(state: DnssecState) {
  const { strokeWidth, strokeDasharray, strokeLinecap } = looks[state];
  return { fill: 'none', stroke: 'var(--tone)', strokeWidth, strokeDasharray, strokeLinecap };
}

/** The tone of a line: only what is secure, and was seen lately, is good. */
export function lineTone(state: DnssecState, stale: boolean): Tone {
  if (stale) return 'unknown';
  const tones: Readonly<Record<DnssecState, Tone>> = {
    secure: 'ok',
    bogus: 'crit',
    insecure: 'info',
    indeterminate: 'unknown',
  };
  return tones[state];
}

/** The mark of a state, 14 by 14 pixels: a question mark where we could not look. */
export function StateMark({ state, tone }: { readonly state: DnssecState; readonly tone: Tone }) {
  if (state !== 'indeterminate') return <ToneIcon tone={tone} size={14} />;
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" className="tone-unknown shrink-0">
      <circle cx="7" cy="7" r="6.3" fill="none" stroke="var(--tone)" />
      <path
        d="M5.2 5.6a1.8 1.8 0 1 1 2.7 1.5c-.6.4-.9.7-.9 1.3M7 10.4v.2"
        fill="none"
        stroke="var(--tone)"
        strokeWidth="1.3"
        strokeLinecap="round"
      />
    </svg>
  );
}

/** What the lines of the picture mean. */
export function LineLegend() {
  const states: readonly DnssecState[] = ['secure', 'bogus', 'insecure', 'indeterminate'];
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
      {states.map((state) => (
        <li key={state} className="inline-flex items-center gap-2">
          <svg width="34" height="10" aria-hidden="true" className={`tone-${lineTone(state, false)}`}>
            <path d="M1 5H33" {...strokeOf(state)} />
          </svg>
          {state === 'indeterminate' ? <StateMark state={state} tone="unknown" /> : null}
          {looks[state].word}: {looks[state].meaning}
        </li>
      ))}
    </ul>
  );
}
