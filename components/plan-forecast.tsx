import type { PlanForecast } from '#lib/planner/answer.ts';
import type { ShowCount } from './plan-verdict.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { absoluteTime } from './ui/relative-time.ts';

const [width, height] = [640, 160];
/** Weeks between the rows of the table. */
const tableStep = 13;

/** How many of the affected will still be active, with the band, and the same as a table. */
export function PlanForecastPicture({ forecast, show }: { readonly forecast: PlanForecast; readonly show: ShowCount }) {
  const { points, nearlyNoneAt, dormant } = forecast;
  const top = Math.max(1, ...points.map(({ high }) => high));
  const x = (index: number) => (index / Math.max(1, points.length - 1)) * width;
  const y = (value: number) => height - (value / top) * (height - 8);
  const path = (of: 'expected' | 'low' | 'high') =>
    points.map((point, index) => `${x(index).toFixed(1)},${y(point[of]).toFixed(1)}`);
  const rows = points.filter((_, index) => index % tableStep === 0);
  return (
    <>
      <div className="p-4">
        <p className="mb-3 max-w-prose">
          {nearlyNoneAt === null
            ? 'Within two years they do not go away by themselves, as far as the past tells.'
            : `Fewer than one in a hundred is expected to be active after ${dayWords(nearlyNoneAt)}.`}{' '}
          A latch itself has no end: who comes back is still locked out.
          {dormant === 0 ? '' : ` ${show(dormant)} more were not seen for five weeks, and are not in the curve.`}
        </p>
        <svg
          viewBox={`0 0 ${String(width)} ${String(height)}`}
          role="img"
          aria-label="Clients still active over the next two years; the table below has the numbers"
          className="block h-40 w-full"
          preserveAspectRatio="none"
        >
          <polygon
            points={[...path('high'), ...path('low').toReversed()].join(' ')}
            fill="var(--accent)"
            fillOpacity="0.18"
          />
          <polyline
            points={path('expected').join(' ')}
            fill="none"
            stroke="var(--accent)"
            strokeWidth="2"
            vectorEffect="non-scaling-stroke"
          />
          <line
            x1="0"
            y1={height}
            x2={width}
            y2={height}
            stroke="var(--line-strong)"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <div className="mt-1 flex justify-between text-xs text-muted" aria-hidden="true">
          <span>today</span>
          <span>in a year</span>
          <span>in two years</span>
        </div>
      </div>
      <div className="border-t border-line">
        <DataTable caption="Clients still active by date" columns={['Day', 'Expected', 'Band of 90 %']}>
          {rows.map(({ at, expected, low, high }) => (
            <tr key={at}>
              <Cell>{dayWords(at)}</Cell>
              <Cell>
                <span className="tabular-nums">{show(Math.round(expected))}</span>
              </Cell>
              <Cell>
                <span className="tabular-nums">
                  {show(Math.round(low))} to {show(Math.round(high))}
                </span>
              </Cell>
            </tr>
          ))}
        </DataTable>
      </div>
    </>
  );
}

function dayWords(at: number): string {
  return absoluteTime(at).slice(0, 10);
}
