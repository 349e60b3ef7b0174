import type { Tone } from './tone.ts';

const outlines: Readonly<Record<Tone, string>> = {
  crit: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z',
  fail: 'M8 1.2 14.8 8 8 14.8 1.2 8z',
  warn: 'M8 1.8 15 14H1z',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  ok: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  unknown: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
};

const marks: Readonly<Record<Tone, string>> = {
  crit: 'M8 4.6v4.2M8 11.2v.2',
  fail: 'M8 4.8v3.8M8 10.8v.2',
  warn: 'M8 6.2v3.4M8 11.8v.2',
  info: 'M8 7.4v3.8M8 4.8v.2',
  ok: 'm5.2 8.2 2 2 3.7-4.2',
  unknown: 'M5 8h6',
};

/** A shape of its own for each tone, so that colour is not needed to tell them apart. A word stands beside it. */
export function ToneIcon({ tone, size = 16 }: { readonly tone: Tone; readonly size?: number }) {
  const solid = tone === 'crit' || tone === 'fail';
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={`tone-${tone} tone-text shrink-0`}
    >
      <path
        d={outlines[tone]}
        fill={solid ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
        strokeDasharray={tone === 'unknown' ? '2.4 2' : undefined}
      />
      <path
        d={marks[tone]}
        fill="none"
        stroke={solid ? 'var(--surface)' : 'currentColor'}
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
