import type { Service } from '#lib/model/endpoint.ts';
import { serviceWord } from './domain-tile.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface CoverageItem {
  readonly service: Service;
  /** False: the service has no way for clients to report. */
  readonly canReport: boolean;
  readonly loginsADay: number;
  /** Shares of the logins, from 0 to 1. */
  readonly named: number;
  readonly spokeOfLatches: number;
  readonly silentADay: number;
}

/** A share as a whole percentage that is 0 or 100 only where it is exactly so. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  if (share < 1 && share > 0.99) return 'over 99 %';
  return `${String(Math.round(share * 100))} %`;
}

/** Who could have reported, and who did: what stands behind every other number of the census. */
export function CoverageTable({ items }: { readonly items: readonly CoverageItem[] }) {
  const columns = ['Service', 'Logins a day', 'Named themselves', 'Spoke of latches', 'What the others hold'];
  return (
    <DataTable caption="Coverage by service" columns={columns}>
      {items.map(({ service, canReport, loginsADay, named, spokeOfLatches, silentADay }) => (
        <tr key={service}>
          <Cell>{serviceWord[service]}</Cell>
          <Cell>{loginsADay.toLocaleString('en')}</Cell>
          <Cell>{canReport ? percent(named) : <span className="text-muted">no way to</span>}</Cell>
          <Cell>{canReport ? percent(spokeOfLatches) : <span className="text-muted">no way to</span>}</Cell>
          <Cell>
            {silentADay === 0 ? (
              <span className="text-muted">nobody was silent</span>
            ) : (
              <ToneLabel tone="unknown">
                unknown: {silentADay.toLocaleString('en')} logins a day {canReport ? 'said nothing' : 'cannot report'}
              </ToneLabel>
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
