import type { Verdict } from '#lib/model/finding.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface VantageItem {
  readonly vantage: string;
  /** Milliseconds since the epoch. */
  readonly lookedAt: number;
  /** What the check says of the latest run from there; null: nothing. */
  readonly verdict: Verdict | null;
  readonly isStale: boolean;
}

function Judgement({ item: { verdict, isStale } }: { readonly item: VantageItem }) {
  if (isStale)
    return (
      <ToneLabel tone="unknown">
        Old{verdict === null ? '' : `, was: ${wordOfVerdict[verdict].toLowerCase()}`}
      </ToneLabel>
    );
  if (verdict === null) return <ToneLabel tone="unknown">Says nothing</ToneLabel>;
  return <ToneLabel tone={toneOfVerdict[verdict]}>{wordOfVerdict[verdict]}</ToneLabel>;
}

/** From where something is looked at, and what the latest look from there says of it. */
export function VantageList({ items, now }: { readonly items: readonly VantageItem[]; readonly now: number }) {
  if (items.length === 0) return <p className="text-muted">No worker’s look at it is kept.</p>;
  return (
    <ul className="space-y-2">
      {items.map((item) => (
        <li key={item.vantage} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <span className="font-mono text-sm">
            <ForeignText text={item.vantage} maxLength={100} />
          </span>
          <Judgement item={item} />
          <span className="w-full text-sm text-muted">
            <TimeStamp at={item.lookedAt} now={now} />
          </span>
        </li>
      ))}
    </ul>
  );
}
