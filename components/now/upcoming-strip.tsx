import { Cell, DataTable } from '../ui/data-table.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import type { Tone } from '../ui/tone.ts';

/** Something with a date. */
export interface UpcomingItem {
  readonly key: string;
  readonly kind: 'certificate' | 'signature' | 'rollover' | 'change' | 'silence' | 'exception';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** A sentence without its full stop; names in it are of strangers. */
  readonly text: string;
  readonly href: string;
  readonly tone: Tone;
}

const lanes: readonly { readonly kind: UpcomingItem['kind']; readonly name: string }[] = [
  { kind: 'certificate', name: 'Certificates' },
  { kind: 'signature', name: 'Signatures' },
  { kind: 'rollover', name: 'TLSA rollovers' },
  { kind: 'change', name: 'Changes' },
  { kind: 'silence', name: 'Silences' },
  { kind: 'exception', name: 'Exceptions' },
];
const laneName = new Map(lanes.map(({ kind, name }) => [kind, name]));
const toneWord: Readonly<Record<Tone, string>> = {
  crit: 'Critical',
  fail: 'Error',
  warn: 'Warning',
  info: 'Planned',
  ok: 'Fine',
  unknown: 'Unknown',
};

const dayMs = 86_400_000;
const tickDays = 5;
const listed = 5;

/** From 2 to 98 % of the width, so that a mark at either end is whole. */
function placeOf(at: number, { now, days }: { readonly now: number; readonly days: number }): string {
  return `${(2 + 96 * Math.min(1, Math.max(0, (at - now) / (days * dayMs)))).toFixed(2)}%`;
}

// Made once: making one costs more than all it formats.
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function Axis({ now, days }: { readonly now: number; readonly days: number }) {
  const ticks = Array.from({ length: Math.floor(days / tickDays) }, (_, index) => now + (index + 1) * tickDays * dayMs);
  return (
    <svg width="100%" height="18" aria-hidden="true" className="block font-sans">
      <text x="0" y="13" fontSize="11" fontWeight="600" fill="var(--text)">
        now
      </text>
      {ticks.map((at) => (
        <text
          key={at}
          x={placeOf(at, { now, days })}
          y="13"
          fontSize="11"
          textAnchor={at === ticks.at(-1) ? 'end' : 'middle'}
          fill="var(--muted)"
        >
          {dayFormat.format(at)}
        </text>
      ))}
    </svg>
  );
}

function Lane({
  items,
  now,
  days,
}: {
  readonly items: readonly UpcomingItem[];
  readonly now: number;
  readonly days: number;
}) {
  return (
    <svg width="100%" height="20" aria-hidden="true" className="block">
      <line x1="0" x2="100%" y1="10" y2="10" stroke="var(--line)" />
      {items.map(({ key, at, tone }) => (
        <svg key={key} x={placeOf(at, { now, days })} y="3" overflow="visible">
          <g transform="translate(-7 0)">
            <circle cx="7" cy="7" r="8" fill="var(--surface)" />
            <ToneIcon tone={tone} size={14} />
          </g>
        </svg>
      ))}
    </svg>
  );
}

/**
 * What has a date in the next days: a line a kind with a mark a date, the nearest in words, and all of it as a table. `cut`
 * are kinds of which only the nearest are among the items. `now` is in milliseconds since the epoch.
 */
export function UpcomingStrip({
  items,
  cut,
  now,
  days,
}: {
  /** The nearest first. */
  readonly items: readonly UpcomingItem[];
  readonly cut: readonly UpcomingItem['kind'][];
  readonly now: number;
  readonly days: number;
}) {
  if (items.length === 0) {
    return (
      <p className="px-4 py-3 text-sm text-muted">
        No certificate, signature, planned change or silence ends in the next {days} days.
      </p>
    );
  }
  const shown = lanes.filter(({ kind }) => items.some((item) => item.kind === kind));
  return (
    <>
      <div className="px-4 py-3 max-sm:hidden">
        <div className="grid grid-cols-[8rem_minmax(0,1fr)] items-center gap-x-3">
          <span />
          <Axis now={now} days={days} />
        </div>
        {shown.map(({ kind, name }) => (
          <div key={kind} className="grid grid-cols-[8rem_minmax(0,1fr)] items-center gap-x-3">
            <span className="text-xs text-muted" aria-hidden="true">
              {name}
            </span>
            <Lane items={items.filter((item) => item.kind === kind)} now={now} days={days} />
          </div>
        ))}
      </div>
      <ol className="divide-y divide-line border-line sm:border-t">
        {items.slice(0, listed).map(({ key, at, text, href, tone }) => (
          <li key={key} className="flex items-start gap-2.5 px-4 py-2 text-sm">
            <span className="mt-1">
              <ToneIcon tone={tone} size={14} />
            </span>
            <span className="min-w-0 flex-1 sm:flex sm:items-baseline sm:justify-between sm:gap-4">
              <Link href={href} className="inline-block min-h-6 hover:underline">
                <span className="sr-only">{toneWord[tone]}: </span>
                <ForeignText text={text} maxLength={200} />
              </Link>
              <span className="block shrink-0 text-muted">
                {at <= now ? 'now' : <TimeStamp at={at} now={now} form="relative" />}
              </span>
            </span>
          </li>
        ))}
      </ol>
      <details className="border-t border-line px-4 py-2">
        <summary className="w-fit text-sm leading-6 text-muted hover:text-text">
          {items.length > listed ? `All ${String(items.length)} as a table` : 'As a table'}
        </summary>
        <div className="-mx-4 mt-2">
          <DataTable
            caption={`What has a date in the next ${String(days)} days`}
            columns={['When', 'What', 'Kind', 'State']}
          >
            {items.map(({ key, at, text, href, kind, tone }) => (
              <tr key={key}>
                <Cell>
                  <span className="text-sm">{at <= now ? 'now' : <TimeStamp at={at} now={now} />}</span>
                </Cell>
                <Cell>
                  <Link href={href} className="link inline-block min-h-6 min-w-48">
                    <ForeignText text={text} maxLength={300} />
                  </Link>
                </Cell>
                <Cell>
                  <span className="text-sm">{laneName.get(kind)}</span>
                </Cell>
                <Cell>
                  <span className={`tone-${tone} tone-text text-sm`}>{toneWord[tone]}</span>
                </Cell>
              </tr>
            ))}
          </DataTable>
        </div>
      </details>
      {cut.length === 0 ? null : (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">
          Only the nearest of these are shown:{' '}
          {cut.map((kind) => (laneName.get(kind) ?? kind).toLowerCase()).join(', ')}.
        </p>
      )}
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        Signatures of DNS are listed when they are late; in time they are renewed by themselves.
      </p>
    </>
  );
}
