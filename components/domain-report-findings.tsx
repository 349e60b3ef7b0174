import { CommandList } from './command-list.tsx';
import type { FindingItem } from './finding-list.tsx';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

/** Findings with all that is known of each, open, as paper needs it. `place` may be a stranger's. */
export function DomainReportFindings({
  findings,
  now,
}: {
  readonly findings: readonly { readonly place: string; readonly item: FindingItem }[];
  readonly now: number;
}) {
  return (
    <ul className="divide-y divide-line">
      {findings.map(({ place, item }) => (
        <li key={item.id} className="break-inside-avoid px-4 py-3">
          <h3 className="mb-1.5 font-medium">
            <ToneLabel tone={toneOfVerdict[item.verdict]}>{wordOfVerdict[item.verdict]}</ToneLabel>{' '}
            <ForeignText text={item.title} maxLength={200} />
          </h3>
          <Facts
            facts={[
              { name: 'Where', value: <ForeignText text={place} maxLength={300} /> },
              { name: 'Expected', value: <ForeignText text={item.expected} /> },
              { name: 'Got', value: <ForeignText text={item.got} /> },
              { name: 'Since', value: <TimeStamp at={item.since} now={now} form="absolute" /> },
              ...(item.fix === '' ? [] : [{ name: 'To do', value: <ForeignText text={item.fix} maxLength={2000} /> }]),
              {
                name: 'Rests on',
                value: [
                  ...item.statements.map(
                    ({ sections, statement }) => `Draft, section ${sections[0] ?? ''}: ${statement}.`,
                  ),
                  ...item.refs,
                ].join(' · '),
              },
              ...(item.commands.length === 0
                ? []
                : [{ name: 'See for yourself', value: <CommandList commands={item.commands} /> }]),
            ]}
          />
        </li>
      ))}
    </ul>
  );
}
