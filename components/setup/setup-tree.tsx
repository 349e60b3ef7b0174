import { setupGroups, type SetupGroup, type SetupState, type SetupStep } from '#lib/setup/setup-step.ts';
import { Badge } from '../ui/badge.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import type { Tone } from '../ui/tone.ts';

const titles: Readonly<Record<SetupGroup, string>> = {
  records: 'Which servers the domain names',
  trust: 'Whether its zone is signed',
  hosts: 'Where the servers are',
  tlsa: 'TLSA records (DANE)',
  published: 'What else is published',
  servers: 'The servers themselves',
};

const looks: Readonly<Record<SetupState, { readonly tone: Tone; readonly word: string }>> = {
  asking: { tone: 'unknown', word: 'Asking' },
  found: { tone: 'ok', word: 'Found' },
  absent: { tone: 'info', word: 'None' },
  'not-offered': { tone: 'info', word: 'Not offered' },
  bad: { tone: 'fail', word: 'Fault' },
  unknown: { tone: 'unknown', word: 'Unknown' },
};

function Line({ step }: { readonly step: SetupStep }) {
  const { tone, word } = looks[step.state];
  return (
    <li className="grid gap-x-4 gap-y-0.5 py-1.5 text-sm sm:grid-cols-[7rem_1fr_auto]">
      <span className={`tone-${tone} tone-text inline-flex items-start gap-1.5 font-medium`}>
        <span className="mt-0.5">
          <ToneIcon tone={tone} size={14} />
        </span>
        {word}
      </span>
      <span className="min-w-0">
        <span className="font-mono">
          <ForeignText text={step.subject} maxLength={320} />
        </span>{' '}
        {step.guess ? <Badge dashed>guess</Badge> : null}
        {step.text === '' ? null : (
          <span className="block text-muted">
            <ForeignText text={step.text} maxLength={400} />
          </span>
        )}
      </span>
      <span className="font-mono text-xs text-muted tabular-nums sm:text-right">
        {step.tookMs === null ? '' : `${String(step.tookMs)} ms`}
      </span>
    </li>
  );
}

/** The checklist of a look at a domain: what was asked, what came, how long it took. */
export function SetupTree({ steps }: { readonly steps: readonly SetupStep[] }) {
  const groups = setupGroups.filter((group) => steps.some((step) => step.group === group));
  return (
    <ul className="divide-y divide-line">
      {groups.map((group) => {
        const own = steps.filter((step) => step.group === group);
        const open = own.filter(({ state }) => state === 'asking').length;
        return (
          <li key={group} className="px-4 py-3">
            <p className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4">
              <span className="font-medium">{titles[group]}</span>
              <span className="text-xs text-muted tabular-nums">
                {open === 0 ? String(own.length) : `${String(own.length - open)} of ${String(own.length)}`}
              </span>
            </p>
            <ul className="border-l border-line pl-3">
              {own.map((step) => (
                <Line key={step.key} step={step} />
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
