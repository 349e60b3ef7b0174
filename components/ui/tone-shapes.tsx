import { tones, type Tone } from './tone.ts';

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

/** The shapes that every `ToneIcon` of the page shows, drawn once: a list has hundreds, and scripts need none of them. */
export function ToneShapes() {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      {tones.map((tone) => {
        const solid = tone === 'crit' || tone === 'fail';
        return (
          <symbol key={tone} id={`tone-${tone}`} viewBox="0 0 16 16">
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
          </symbol>
        );
      })}
    </svg>
  );
}
