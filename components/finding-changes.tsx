import type { Verdict } from '#lib/model/finding.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface FindingChangeItem {
  readonly id: string;
  readonly code: string;
  readonly verdict: Verdict;
  readonly title: string;
  readonly address: string | null;
  /** Milliseconds since the epoch; null: it was there before. */
  readonly beganAt: number | null;
  /** Null: it was still there at the end. */
  readonly endedAt: number | null;
}

/** What checks began and ceased to find in a time. */
export function FindingChanges({ items, now }: { readonly items: readonly FindingChangeItem[]; readonly now: number }) {
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="px-4 py-3">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <ToneLabel tone={item.endedAt === null ? toneOfVerdict[item.verdict] : 'unknown'}>
              {item.endedAt === null
                ? wordOfVerdict[item.verdict]
                : `Gone, was: ${wordOfVerdict[item.verdict].toLowerCase()}`}
            </ToneLabel>
            <Link href={`/findings/${item.code}`} className="hover:underline">
              <ForeignText text={item.title} maxLength={200} />
            </Link>
            {item.address === null ? null : <span className="font-mono text-sm text-muted">{item.address}</span>}
          </p>
          <p className="text-sm text-muted">
            {item.beganAt === null ? null : (
              <>
                Found from <TimeStamp at={item.beganAt} now={now} form="absolute" />
              </>
            )}
            {item.beganAt !== null && item.endedAt !== null ? ', ' : null}
            {item.endedAt === null ? null : (
              <>
                {item.beganAt === null ? 'Gone' : 'gone'} by <TimeStamp at={item.endedAt} now={now} form="absolute" />
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
