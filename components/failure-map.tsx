import type { ReactNode } from 'react';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';

export interface FailureMapRow {
  readonly who: string;
  /** Clients that are usual in a step, e.g. `0.4`. */
  readonly usual: string;
  readonly cells: readonly {
    /** As the reader may see it. */
    readonly clients: string;
    readonly level: 'none' | 'usual' | 'more' | 'spike';
  }[];
}

const levels: Readonly<Record<'usual' | 'more' | 'spike', { readonly look: string; readonly word: string }>> = {
  usual: { look: 'text-muted', word: 'as usual' },
  more: { look: 'tone-warn tone-text tone-fill font-medium', word: 'more than usual' },
  spike: { look: 'tone-crit tone-text tone-fill font-bold', word: 'a spike' },
};

const owns: Readonly<Record<'good' | 'bad' | 'unknown', { readonly tone: Tone; readonly word: string }>> = {
  good: { tone: 'ok', word: 'fine' },
  bad: { tone: 'crit', word: 'a fault' },
  unknown: { tone: 'unknown', word: 'nobody looked' },
};

const head = 'sticky left-0 bg-surface px-3 py-1.5 text-left text-sm font-normal';

function Row({ name, row }: { readonly name: ReactNode; readonly row: FailureMapRow }) {
  return (
    <tr>
      <th scope="row" className={`${head} max-w-40 sm:max-w-64`}>
        {name}
      </th>
      <td className="px-2 text-right text-xs whitespace-nowrap text-muted">{row.usual}</td>
      {row.cells.map(({ clients, level }, index) => (
        <td key={index} className="p-px text-center text-xs tabular-nums">
          {level === 'none' ? (
            <span className="text-muted" aria-label="none">
              ·
            </span>
          ) : (
            <span className={`block min-w-7 rounded-sm border border-transparent px-0.5 py-1 ${levels[level].look}`}>
              {clients}
              <span className="sr-only"> {levels[level].word}</span>
            </span>
          )}
        </td>
      ))}
    </tr>
  );
}

/** Who reported broken latches and when, over what our own probes saw at the time. Each row is measured by its own past. */
export function FailureMap({
  caption,
  column,
  times,
  own,
  all,
  rows,
  more,
}: {
  readonly caption: string;
  /** What the rows are: `Network` or `Program`. */
  readonly column: string;
  /** Begin of each step in UTC, `14:15`. */
  readonly times: readonly string[];
  readonly own: readonly ('good' | 'bad' | 'unknown')[];
  readonly all: FailureMapRow;
  readonly rows: readonly FailureMapRow[];
  readonly more: number;
}) {
  return (
    <>
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
        <table className="w-full border-collapse">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr className="border-b border-line text-xs text-muted">
              <th scope="col" className={`${head} text-xs`}>
                {column}
              </th>
              <th scope="col" className="px-2 text-right font-medium whitespace-nowrap">
                Usual
              </th>
              {times.map((time, index) => (
                <th key={time} scope="col" className="px-px py-1.5 text-left font-normal">
                  {index % 4 === 0 ? time : <span className="sr-only">{time}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="border-b border-line">
              <th scope="row" className={head}>
                Latchwatch sees
              </th>
              <td />
              {own.map((state, index) => (
                <td key={index} className={`tone-${owns[state].tone} tone-text p-1`}>
                  <span className="flex justify-center" title={owns[state].word}>
                    <ToneIcon tone={owns[state].tone} size={14} />
                    <span className="sr-only">{owns[state].word}</span>
                  </span>
                </td>
              ))}
            </tr>
            <Row name={<span className="font-medium">All</span>} row={all} />
            {rows.map((row) => (
              <Row
                key={row.who}
                name={
                  row.who === '' ? (
                    <span className="text-muted">not told</span>
                  ) : (
                    <ForeignText text={row.who} maxLength={100} />
                  )
                }
                row={row}
              />
            ))}
          </tbody>
        </table>
      </div>
      {more === 0 ? null : <p className="px-4 pb-2 text-sm text-muted">and {more} more with fewer reports</p>}
    </>
  );
}
