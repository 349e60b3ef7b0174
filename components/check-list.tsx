import type { PackVerdicts, Verdict } from '#lib/model/finding.ts';
import { packLine } from './pack-words.ts';
import { Link } from './ui/link.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface CheckItem {
  readonly code: string;
  /** What the code stands for when it is found, e.g. `The certificate has expired`. */
  readonly summary: string;
  readonly verdict: Verdict;
  /** What the rule packs say; null: both say `verdict`. */
  readonly packs: PackVerdicts | null;
  /** True: an earlier look found it, and none has seen it gone. */
  readonly holds: boolean;
}

const order: readonly Verdict[] = ['crit', 'fail', 'warn', 'info', 'inconclusive', 'pass', 'superseded', 'n-a'];

function outcomeWord({ verdict, holds }: Pick<CheckItem, 'verdict' | 'holds'>): string {
  switch (verdict) {
    case 'pass':
      return 'Not found';
    case 'inconclusive':
      return holds ? 'Not seen this time' : wordOfVerdict[verdict];
    case 'n-a':
    case 'superseded':
      return wordOfVerdict[verdict];
    case 'info':
    case 'warn':
    case 'fail':
    case 'crit':
      return `Found: ${wordOfVerdict[verdict].toLowerCase()}`;
  }
}

/** Everything that was looked for, also what is fine or does not apply. */
export function CheckList({
  items,
  stale,
}: {
  readonly items: readonly CheckItem[];
  /** True: this was judged long ago, so nothing is shown as good. */
  readonly stale: boolean;
}) {
  const toneOf = (verdict: Verdict): Tone => (stale ? 'unknown' : toneOfVerdict[verdict]);
  const sorted = items.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return (
    <ul className="grid gap-x-8 gap-y-1 md:grid-cols-2">
      {sorted.map((item) => (
        <li key={item.code} className="flex items-baseline gap-2 text-sm">
          <span className="self-center">
            <ToneIcon tone={toneOf(item.verdict)} size={14} />
          </span>
          <span className="min-w-0 flex-1">
            <Link href={`/findings/${item.code}`} className="hover:underline">
              {item.summary}
            </Link>
            {item.packs === null ? null : <span className="block text-xs text-muted">{packLine(item.packs)}</span>}
          </span>
          <span className={`tone-${toneOf(item.verdict)} tone-text shrink-0 text-xs font-medium`}>
            {stale ? `Was: ${outcomeWord(item).toLowerCase()}` : outcomeWord(item)}
          </span>
        </li>
      ))}
    </ul>
  );
}
