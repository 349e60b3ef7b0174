import type { ReactNode } from 'react';
import type { HealthFact } from './health-facts.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';

const badness: readonly Tone[] = ['crit', 'fail', 'warn', 'unknown', 'info', 'ok'];
const isWell = (tone: Tone): boolean => tone === 'ok' || tone === 'info';

function summary(unwell: readonly HealthFact[]): string {
  const [only, ...more] = unwell;
  if (only === undefined) return 'Latchwatch is well';
  return more.length === 0 ? only.name : `${only.name}, and ${more.length} more`;
}

/**
 * The health of the watcher in one line that stays in sight, with what each part means when it is opened. In a narrow
 * window it says only whether something is wrong.
 */
export function HealthLine({
  facts,
  updates,
  tools,
}: {
  readonly facts: readonly HealthFact[];
  readonly updates: ReactNode;
  readonly tools: ReactNode;
}) {
  const unwell = facts.filter(({ tone }) => !isWell(tone));
  const worst = badness.find((tone) => facts.some((fact) => fact.tone === tone)) ?? 'unknown';
  return (
    <section
      aria-label="Health of Latchwatch"
      className="sticky top-0 z-20 -mx-4 mb-5 border-b border-line bg-page px-4 sm:-mx-6 sm:px-6 lg:-mx-8 lg:px-8 print:static"
    >
      <div className="mx-auto flex max-w-6xl flex-wrap items-start gap-x-4 py-1.5">
        <details className="group min-w-0 flex-1">
          <summary className="flex min-h-8 list-none items-center gap-x-4 gap-y-0.5 text-sm [&::-webkit-details-marker]:hidden">
            <span className="flex min-w-0 items-center gap-1.5 md:hidden">
              <ToneIcon tone={worst} size={14} />
              <span className="truncate">{summary(unwell)}</span>
            </span>
            <span className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 max-md:hidden">
              {facts.map(({ name, tone, value }) => (
                <span key={name} className="flex items-center gap-1.5 whitespace-nowrap">
                  <ToneIcon tone={tone} size={14} />
                  <span className="text-muted">{name}</span>
                  <span>{value}</span>
                </span>
              ))}
            </span>
            <svg
              width="12"
              height="12"
              viewBox="0 0 16 16"
              aria-hidden="true"
              className="shrink-0 group-open:rotate-180"
            >
              <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
            </svg>
            <span className="sr-only">What this means</span>
          </summary>
          <dl className="grid max-h-[60vh] gap-x-6 gap-y-3 overflow-y-auto pt-2 pb-3 text-sm sm:grid-cols-2 xl:grid-cols-3">
            {facts.map(({ name, tone, value, meaning }) => (
              <div key={name}>
                <dt className="flex items-center gap-1.5 font-medium">
                  <ToneIcon tone={tone} size={14} />
                  {name}
                </dt>
                <dd>{value}</dd>
                <dd className="text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
        </details>
        <div className="flex min-h-8 items-center gap-3">{tools}</div>
        {updates}
      </div>
    </section>
  );
}
