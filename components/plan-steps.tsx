import type { PlanStep, Precondition } from '#lib/planner/answer.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

/** What to do in which order, with the waits between. */
export function PlanSteps({ steps, now }: { readonly steps: readonly PlanStep[]; readonly now: number }) {
  return (
    <ol className="list-decimal space-y-3 pl-6">
      {steps.map(({ text, notBefore, waitFor }) => (
        <li key={text}>
          <ForeignText text={text} maxLength={600} />
          {notBefore === null ? null : (
            <p className="text-sm text-muted">
              Not before <TimeStamp at={notBefore} now={now} />. {waitFor}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

const states: Readonly<Record<Precondition['state'], { readonly word: string; readonly tone: Tone }>> = {
  met: { word: 'Met', tone: 'ok' },
  'not-met': { word: 'Not met', tone: 'fail' },
  unknown: { word: 'Not known', tone: 'unknown' },
};

/** What has to be so before the change, as it was found. */
export function PlanPreconditions({ preconditions }: { readonly preconditions: readonly Precondition[] }) {
  return (
    <ul className="divide-y divide-line">
      {preconditions.map(({ id, text, state, blocks, detail }) => (
        <li key={id} className="grid grid-cols-[6rem_1fr] gap-3 px-4 py-2.5">
          <ToneLabel tone={state === 'not-met' && !blocks ? 'warn' : states[state].tone}>
            {states[state].word}
          </ToneLabel>
          <div className="min-w-0">
            {text}
            {detail === '' ? null : (
              <p className="text-sm text-muted">
                <ForeignText text={detail} maxLength={400} />
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
