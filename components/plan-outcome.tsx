import type { PlanOutcome } from '#lib/planner/outcome.ts';
import type { ShowCount } from './plan-verdict.tsx';
import { Banner } from './ui/banner.tsx';
import type { Tone } from './ui/tone.ts';

const words: Readonly<Record<PlanOutcome['state'], { readonly text: string; readonly tone: Tone }>> = {
  running: { text: 'Nothing unusual so far.', tone: 'info' },
  'more-failures': { text: 'More clients report broken latches than before: look at what was changed.', tone: 'crit' },
  'no-more-than-before': { text: 'No more clients report broken latches than before.', tone: 'ok' },
  'nothing-reported': {
    text: 'No client reported a broken latch, before or after. Many cannot report.',
    tone: 'unknown',
  },
};

/** What became of a change, from the failures that clients report. */
export function PlanOutcomeLine({ outcome, show }: { readonly outcome: PlanOutcome; readonly show: ShowCount }) {
  const { state, before, after, measuredMs } = outcome;
  return (
    <div className="mt-4">
      <Banner tone={words[state].tone}>
        {words[state].text} {show(after)} reports in the {String(Math.floor(measuredMs / 3_600_000))} hours since,{' '}
        {show(before)} in the 24 hours before.
      </Banner>
    </div>
  );
}
