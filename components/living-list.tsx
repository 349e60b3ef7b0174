import type { PackVerdicts, Verdict } from '#lib/model/finding.ts';
import { packLine } from './pack-words.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface LivingItem {
  readonly id: string;
  readonly verdict: Verdict;
  /** Null: both packs say `verdict`. */
  readonly packs: PackVerdicts | null;
  /** What has it, e.g. `mail.example.org:993 at 192.0.2.1`. */
  readonly place: string;
  readonly href: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Where a code holds now. */
export function LivingList({
  items,
  more,
  now,
}: {
  readonly items: readonly LivingItem[];
  /** True: there are further ones. */
  readonly more: boolean;
  readonly now: number;
}) {
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 px-4 py-2.5">
          <span className="min-w-0">
            <Link href={item.href} className="link font-mono text-sm">
              <ForeignText text={item.place} maxLength={300} />
            </Link>
            {item.packs === null ? null : <span className="block text-xs text-muted">{packLine(item.packs)}</span>}
          </span>
          <span className="flex items-baseline gap-3 text-sm text-muted">
            <ToneLabel tone={toneOfVerdict[item.verdict]}>{wordOfVerdict[item.verdict]}</ToneLabel>
            <span>
              since <TimeStamp at={item.since} now={now} form="relative" />
            </span>
          </span>
        </li>
      ))}
      {more ? <li className="px-4 py-2.5 text-sm text-muted">And more: the API lists all of them.</li> : null}
    </ul>
  );
}
