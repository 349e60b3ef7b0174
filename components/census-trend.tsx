import type { ReactNode } from 'react';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { absoluteTime } from './ui/relative-time.ts';
import { visibleText } from './ui/visible-text.ts';

/** How many clients held a tag, day by day, and when it was advertised. Times in milliseconds since the epoch. */
export interface CensusTrendItem {
  /** Days that were counted, the oldest first. */
  readonly days: readonly number[];
  /** Those that most clients hold first. */
  readonly tags: readonly {
    readonly tag: string;
    /** One a day, for the picture; null: not counted on that day. */
    readonly heights: readonly (number | null)[];
    /** The same as the reader may see them. */
    readonly counts: readonly string[];
    /** Null: no watched server ever advertised it. */
    readonly advertised: { readonly from: number; readonly to: number } | null;
  }[];
}

const [width, height, laneHeight] = [640, 170, 14];
/** A pattern of dashes for each line: colour is not needed to tell them apart. */
const looks = [
  { stroke: 'var(--accent)', dash: undefined },
  { stroke: 'var(--ok)', dash: '7 3' },
  { stroke: 'var(--fail)', dash: '2 3' },
  { stroke: 'var(--warn)', dash: '9 3 2 3' },
  { stroke: 'var(--unknown)', dash: '1 5' },
] as const;
export const maxTrendTags = looks.length;
/** Rows of the table. */
const maxRows = 14;

const dayWords = (at: number): string => absoluteTime(at).slice(0, 10);

function Line({ look, children }: { readonly look: (typeof looks)[number]; readonly children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
        <line x1="1" y1="5" x2="33" y2="5" stroke={look.stroke} strokeWidth="2.5" strokeDasharray={look.dash} />
      </svg>
      {children}
    </span>
  );
}

/** Latched over time, with a bar below for the time in which the tag was advertised, and the same as a table. */
export function CensusTrend({ item }: { readonly item: CensusTrendItem }) {
  const { days, tags } = item;
  const [first, last] = [days[0] ?? 0, days.at(-1) ?? 0];
  const top = Math.max(1, ...tags.flatMap(({ heights }) => heights.map((value) => value ?? 0)));
  const x = (at: number) => (Math.max(0, Math.min(1, (at - first) / Math.max(1, last - first))) * width).toFixed(1);
  const y = (value: number) => (height - (value / top) * (height - 8)).toFixed(1);
  const shown = tags.flatMap((tag, index) => {
    const look = looks[index];
    return look === undefined ? [] : [{ ...tag, look }];
  });
  const step = Math.max(1, Math.ceil(days.length / maxRows));
  const rows = days.map((at, index) => ({ at, index })).filter(({ index }) => (days.length - 1 - index) % step === 0);
  const full = height + 6 + shown.length * laneHeight;
  return (
    <>
      <div className="p-4">
        <ul className="mb-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
          {shown.map(({ tag, look }) => (
            <li key={tag}>
              <Line look={look}>
                <span className="font-mono">
                  <ForeignText text={tag} maxLength={64} />
                </span>
              </Line>
            </li>
          ))}
        </ul>
        <svg
          viewBox={`0 0 ${String(width)} ${String(full)}`}
          role="img"
          aria-label="Clients that latched each tag, by day, and below when servers advertised it; the table has the numbers"
          className="block h-60 w-full"
          preserveAspectRatio="none"
        >
          <line
            x1="0"
            y1={height}
            x2={width}
            y2={height}
            stroke="var(--line-strong)"
            vectorEffect="non-scaling-stroke"
          />
          {shown.map(({ tag, heights, look }) => (
            <polyline
              key={tag}
              points={heights
                .flatMap((value, index) => (value === null ? [] : [`${x(days[index] ?? first)},${y(value)}`]))
                .join(' ')}
              fill="none"
              stroke={look.stroke}
              strokeWidth="2"
              strokeDasharray={look.dash}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {shown.map(({ tag, advertised, look }, index) =>
            advertised === null || advertised.to < first ? null : (
              <line
                key={tag}
                x1={x(advertised.from)}
                x2={x(advertised.to)}
                y1={height + 12 + index * laneHeight}
                y2={height + 12 + index * laneHeight}
                stroke={look.stroke}
                strokeWidth="5"
                strokeDasharray={look.dash}
                vectorEffect="non-scaling-stroke"
              />
            ),
          )}
        </svg>
        <div className="mt-1 flex justify-between gap-3 text-xs text-muted">
          <span>{dayWords(first)}</span>
          <span>
            {shown.some(({ advertised }) => advertised !== null)
              ? 'lines: clients that latched; bars below: advertised'
              : 'no watched server has advertised any of them'}
          </span>
          <span>{dayWords(last)}</span>
        </div>
      </div>
      <details className="border-t border-line px-4 py-2">
        <summary className="link">The same as a table</summary>
        <div className="-mx-4 mt-2">
          <DataTable
            caption="Clients that latched each tag by day"
            columns={['Day', ...shown.map(({ tag }) => visibleText(tag, 64))]}
          >
            {rows.map(({ at, index }) => (
              <tr key={at}>
                <Cell>{dayWords(at)}</Cell>
                {shown.map(({ tag, counts }) => (
                  <Cell key={tag}>
                    <span className="tabular-nums">{counts[index] ?? '–'}</span>
                  </Cell>
                ))}
              </tr>
            ))}
            <tr>
              <Cell>Advertised</Cell>
              {shown.map(({ tag, advertised }) => (
                <Cell key={tag}>
                  {advertised === null ? 'never seen' : `${dayWords(advertised.from)} to ${dayWords(advertised.to)}`}
                </Cell>
              ))}
            </tr>
          </DataTable>
        </div>
      </details>
    </>
  );
}
