import type { Standing } from '#lib/draft/conformance.ts';
import { standingWords } from './standing-words.ts';
import { ToneLabel } from './ui/tone-label.tsx';

/** How many statements stand how, by one rule pack. */
export function ConformanceSummary({
  title,
  counts,
}: {
  readonly title: string;
  readonly counts: readonly { readonly standing: Standing; readonly count: number }[];
}) {
  return (
    <div>
      <h3 className="mb-1.5 text-sm font-medium">{title}</h3>
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {counts.map(({ standing, count }) => (
          <li key={standing}>
            <ToneLabel tone={standingWords[standing].tone}>
              {standingWords[standing].word} <span className="text-text">{count}</span>
            </ToneLabel>
          </li>
        ))}
      </ul>
    </div>
  );
}
