import type { RolloverGate } from '#lib/dane/rollover.ts';
import { titleOfGate, toneOfGate, wordOfGate } from './rollover-words.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** The steps of a rollover in their order, with what is in the way of each. */
export function RolloverSteps({ gates, now }: { readonly gates: readonly RolloverGate[]; readonly now: number }) {
  return (
    <ol className="divide-y divide-line">
      {gates.map((gate, index) => (
        <li
          key={gate.name}
          aria-current={gate.state === 'closed' ? 'step' : undefined}
          className={`flex gap-4 px-4 py-3 ${gate.state === 'closed' ? 'bg-sunken' : ''}`}
        >
          <span className="w-5 shrink-0 text-right text-lg font-semibold text-muted tabular-nums">{index + 1}</span>
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <h3 className="font-medium">{titleOfGate[gate.name]}</h3>
              <ToneLabel tone={toneOfGate[gate.state]}>{wordOfGate[gate.state]}</ToneLabel>
            </div>
            <p className={gate.state === 'later' ? 'text-muted' : ''}>
              <ForeignText text={gate.text} maxLength={1500} />
            </p>
            {gate.since === null ? null : (
              <p className="text-sm text-muted">
                Since <TimeStamp at={gate.since} now={now} />
              </p>
            )}
            {gate.opensAt === null ? null : (
              <p className="text-sm">
                Over <TimeStamp at={gate.opensAt} now={now} />
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
