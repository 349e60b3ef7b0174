import type { Verdict } from '#lib/model/finding.ts';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { toneOfVerdict, wordOfVerdict } from '../ui/tone.ts';

/** One fault, told once for all the places where it was found. */
export interface SetupFindingItem {
  readonly code: string;
  readonly verdict: Verdict;
  readonly title: string;
  readonly expected: string;
  readonly got: string;
  readonly meaning: string;
  readonly fix: string;
  readonly places: readonly string[];
  /** Places beside those that are named. */
  readonly morePlaces: number;
}

/** What was found, what it means for customers, and what to do. */
export function FindingGroups({ items }: { readonly items: readonly SetupFindingItem[] }) {
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.code} className="flex gap-3 px-4 py-3">
          <span className="mt-0.5">
            <ToneIcon tone={toneOfVerdict[item.verdict]} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="font-medium">
              <span className={`tone-${toneOfVerdict[item.verdict]} tone-text mr-2 text-sm font-semibold`}>
                {wordOfVerdict[item.verdict]}
              </span>
              <ForeignText text={item.title} maxLength={200} />
            </p>
            <p className="mt-0.5 max-w-prose">
              <ForeignText text={item.meaning} maxLength={600} />
            </p>
            <p className="mt-1 font-mono text-sm text-muted">
              <ForeignText text={item.places.join(', ')} maxLength={600} />
              {item.morePlaces === 0 ? '' : ` and ${String(item.morePlaces)} more`}
            </p>
            <details className="mt-1.5 text-sm">
              <summary className="w-fit text-muted hover:text-text">What to do</summary>
              <p className="mt-1 max-w-prose">
                <ForeignText text={item.fix} maxLength={2000} />
              </p>
              <dl className="mt-2 grid sm:grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5">
                <dt className="text-muted">Expected</dt>
                <dd className="min-w-0">
                  <ForeignText text={item.expected} />
                </dd>
                <dt className="text-muted">Got</dt>
                <dd className="min-w-0">
                  <ForeignText text={item.got} />
                </dd>
              </dl>
              <p className="mt-2 text-xs">
                <Link href={`/findings/${item.code}`} className="link font-mono">
                  {item.code}
                </Link>
              </p>
            </details>
          </div>
        </li>
      ))}
    </ul>
  );
}
