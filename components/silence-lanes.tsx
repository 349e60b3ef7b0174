import type { SilenceCell } from '#lib/census/silence-lane.ts';
import { ForeignText } from './ui/foreign-text.tsx';

export interface SilenceLaneItem {
  readonly id: string;
  /** Name of the source. */
  readonly name: string;
  readonly cells: readonly SilenceCell[];
}

const head = 'sticky left-0 bg-surface px-3 py-1.5 text-left text-sm font-normal';

function shown(count: number): string {
  return Math.round(count).toLocaleString('en');
}

function Cell({ cell }: { readonly cell: SilenceCell }) {
  const { expected, seen, state } = cell;
  const words =
    expected === null ? `${shown(seen)} came; nothing is usual yet` : `${shown(seen)} came of about ${shown(expected)}`;
  switch (state) {
    case 'quiet':
      return (
        <span
          title={words}
          className="tone-crit tone-text tone-fill block min-w-7 rounded-sm border border-transparent px-0.5 py-1 font-bold"
        >
          −{shown((expected ?? 0) - seen)}
          <span className="sr-only"> missing: {words}</span>
        </span>
      );
    case 'usual':
      return (
        <span title={words} className="block min-w-7 text-muted">
          <span aria-hidden="true">·</span>
          <span className="sr-only">as usual</span>
        </span>
      );
    case 'unknown':
      return (
        <span title={words} className="block min-w-7 text-muted">
          <span aria-hidden="true">?</span>
          <span className="sr-only">not known</span>
        </span>
      );
  }
}

/** Reports that usually come at an hour and did not, by source. `hours` begin in milliseconds since the epoch. */
export function SilenceLanes({
  hours,
  lanes,
}: {
  readonly hours: readonly number[];
  readonly lanes: readonly SilenceLaneItem[];
}) {
  const caption = 'Reports that are missing, by source and hour';
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            <th scope="col" className={`${head} text-xs`}>
              Source
            </th>
            {hours.map((hour, index) => {
              const time = new Date(hour).toISOString().slice(11, 16);
              return (
                <th key={hour} scope="col" className="px-px py-1.5 text-center font-normal">
                  {index % 3 === 0 ? time : <span className="sr-only">{time}</span>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {lanes.map(({ id, name, cells }) => (
            <tr key={id}>
              <th scope="row" className={`${head} max-w-40 sm:max-w-64`}>
                <ForeignText text={name} maxLength={100} />
              </th>
              {cells.map((cell, index) => (
                <td key={hours[index]} className="p-px text-center text-xs tabular-nums">
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether anybody fell silent, in a sentence. */
export function silenceWords(lanes: readonly SilenceLaneItem[]): string {
  const quiet = lanes.filter(({ cells }) => cells.at(-1)?.state === 'quiet' || cells.at(-2)?.state === 'quiet');
  if (quiet.length > 0) {
    return `${String(quiet.length)} of ${String(lanes.length)} fell silent in the last two hours: look first whether their logs still come, then whether their customers still reach the servers.`;
  }
  const known = lanes.some(({ cells }) => cells.some(({ state }) => state !== 'unknown'));
  return known
    ? 'All tell about as much as at this hour of other days.'
    : 'What is usual is known after five days of reports.';
}
