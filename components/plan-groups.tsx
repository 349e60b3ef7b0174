import type { LastSeenRange } from '#lib/census/last-seen.ts';
import type { PlanGroup } from '#lib/planner/answer.ts';
import { ClientName } from './client-name.tsx';
import type { ShowCount } from './plan-verdict.tsx';
import { impactTones, impactWords } from './plan-words.ts';
import { Badge } from './ui/badge.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

const groupsShown = 40;

/** Clients by what happens to them, tag, program, version and when they were last seen: the worst, and how many more. */
export function PlanGroups({ groups, show }: { readonly groups: readonly PlanGroup[]; readonly show: ShowCount }) {
  return (
    <>
      <DataTable
        caption="Clients by tag, program, version and last day seen"
        columns={['What happens', 'Clients', 'Tag', 'Program', 'Last seen', 'Why']}
      >
        {groups.slice(0, groupsShown).map((group) => (
          <tr key={keyOf(group)}>
            <Cell>
              <ToneLabel tone={impactTones[group.impact]}>{impactWords[group.impact]}</ToneLabel>{' '}
              {group.presumed ? <Badge dashed>presumed</Badge> : null}
            </Cell>
            <Cell>
              <span className="tabular-nums">{show(group.holders)}</span>
            </Cell>
            <Cell>
              {group.tag === null ? (
                <span className="text-muted">none</span>
              ) : (
                <ForeignText text={group.tag} maxLength={64} />
              )}
            </Cell>
            <Cell>
              {group.client === null ? (
                <span className="text-muted">many small groups</span>
              ) : (
                <ClientName {...group.client} />
              )}
            </Cell>
            <Cell>
              <span className="whitespace-nowrap">{lastSeenWords(group.lastSeen)}</span>
            </Cell>
            <Cell>
              <ForeignText text={group.why} maxLength={300} />
            </Cell>
          </tr>
        ))}
      </DataTable>
      {groups.length <= groupsShown ? null : (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">
          and {groups.length - groupsShown} more groups
        </p>
      )}
    </>
  );
}

function keyOf({ impact, presumed, tag, client, lastSeen }: PlanGroup): string {
  return JSON.stringify([impact, presumed, tag, client, lastSeen]);
}

function lastSeenWords(range: LastSeenRange): string {
  return range === null ? 'over 400 days ago' : `within ${String(range)} days`;
}
