import type { ReactNode } from 'react';
import { percent } from './coverage-table.tsx';

export interface CensusNumbersItem {
  /** Numbers as the reader may see them. */
  readonly clients: string;
  readonly latched: string;
  readonly supported: string;
  readonly presumed: string;
  /** Null: no login was reported. */
  readonly coverage: { readonly share: number; readonly silentADay: number } | null;
}

function Tile({
  name,
  value,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-line bg-surface p-4 shadow-(--shadow)">
      <dt className="text-sm text-muted">{name}</dt>
      <dd>
        <span className="block text-2xl font-semibold tabular-nums">{value}</span>
        <span className="block text-sm text-muted">{children}</span>
      </dd>
    </div>
  );
}

/** Who latched, who could, and for how many of the logins these numbers stand: always together. */
export function CensusNumbers({ clients, latched, supported, presumed, coverage }: CensusNumbersItem) {
  return (
    <dl className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <Tile name="Latched a tag" value={latched}>
        of {clients} clients seen
      </Tile>
      <Tile name="Presumed to hold one" value={presumed}>
        met it and did not report
      </Tile>
      <Tile name="Support tags, latched none" value={supported}>
        would latch what you advertise
      </Tile>
      <Tile name="Coverage" value={coverage === null ? 'unknown' : percent(coverage.share)}>
        {coverage === null
          ? 'no login was reported'
          : `of logins spoke of latches; ${coverage.silentADay.toLocaleString('en')} a day did not, or cannot`}
      </Tile>
    </dl>
  );
}
