import type { ProbeStep, StepState } from '#lib/evidence/probe-steps.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface StepItem extends ProbeStep {
  /** What a finding says was expected and came, where one holds; it has the details. */
  readonly found: { readonly expected: string; readonly got: string } | null;
  /** Since when what was found holds, or at least since when nothing changed; null: not known. Milliseconds since the epoch. */
  readonly since: { readonly at: number; readonly kind: 'found' | 'unchanged' } | null;
}

function lookOf(state: StepState): { readonly tone: Tone; readonly word: string } {
  switch (state) {
    case 'not-reached':
      return { tone: 'unknown', word: 'Not reached' };
    case 'not-judged':
      return { tone: 'unknown', word: 'Seen, not judged' };
    default:
      return { tone: toneOfVerdict[state], word: wordOfVerdict[state] };
  }
}

function isBad(state: StepState): boolean {
  return state === 'crit' || state === 'fail' || state === 'warn';
}

/** The steps of a probe at one address, each with what was expected and what came; what is wrong is open. */
export function StepList({
  items,
  stale,
  now,
}: {
  readonly items: readonly StepItem[];
  /** True: the run is old, so nothing is shown as good. */
  readonly stale: boolean;
  readonly now: number;
}) {
  return (
    <ol className="divide-y divide-line">
      {items.map((item) => {
        const { tone, word } = lookOf(item.state);
        const shownTone = stale ? 'unknown' : tone;
        return (
          <li key={item.name}>
            <details open={isBad(item.state) && !stale}>
              <summary className="grid grid-cols-[1rem_1fr_max-content] items-baseline gap-x-3 px-4 py-2 md:grid-cols-[1rem_11rem_9rem_1fr_max-content]">
                <span className="self-center">
                  <ToneIcon tone={shownTone} size={14} />
                </span>
                <span className="font-medium">{item.title}</span>
                <span className={`tone-${shownTone} tone-text text-sm font-medium`}>
                  {stale ? `Was: ${word.toLowerCase()}` : word}
                </span>
                <span className="col-start-2 col-end-4 min-w-0 truncate font-mono text-xs text-muted md:col-start-auto md:col-end-auto">
                  <ForeignText text={item.got[0] ?? ''} maxLength={120} />
                </span>
                <span className="hidden text-right text-xs text-muted tabular-nums md:block">
                  {item.durationMs === null ? '' : `${String(Math.round(item.durationMs))} ms`}
                </span>
              </summary>
              <StepDetail item={item} now={now} />
            </details>
          </li>
        );
      })}
    </ol>
  );
}

function StepDetail({ item, now }: { readonly item: StepItem; readonly now: number }) {
  const { expected, got, found, since, durationMs, codes } = item;
  return (
    <dl className="grid sm:grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 px-4 pb-3 text-sm md:pl-11">
      <dt className="text-muted">Expected</dt>
      <dd>
        <ForeignText text={found?.expected ?? expected} />
      </dd>
      <dt className="text-muted">Got</dt>
      <dd className="min-w-0">
        {found === null ? null : <ForeignText text={found.got} />}
        {found === null && got.length === 0 ? <span className="text-muted">nothing</span> : null}
        <ul className="font-mono text-xs">
          {got.map((line, index) => (
            <li key={index}>
              <ForeignText text={line} maxLength={600} />
            </li>
          ))}
        </ul>
      </dd>
      {durationMs === null ? null : (
        <>
          <dt className="text-muted">Took</dt>
          <dd className="tabular-nums">{Math.round(durationMs)} ms</dd>
        </>
      )}
      {since === null ? null : (
        <>
          <dt className="text-muted">Since</dt>
          <dd>
            {since.kind === 'unchanged' ? 'at least ' : null}
            <TimeStamp at={since.at} now={now} />
          </dd>
        </>
      )}
      {codes.length === 0 ? null : (
        <>
          <dt className="text-muted">Found</dt>
          <dd className="flex flex-wrap gap-x-3">
            {codes.map((code) => (
              <Link key={code} href={`/findings/${code}`} className="link font-mono text-xs">
                {code}
              </Link>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}
