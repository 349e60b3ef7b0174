import type { ReactNode } from 'react';
import type { DeclaredFact } from '#lib/model/declaration-fields.ts';
import { declarationTitles } from './declaration-words.ts';
import { Banner } from './ui/banner.tsx';
import { Facts, type Fact } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { Panel } from './ui/panel.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** An endpoint in front of or behind this one: its id and its key. */
export interface RelatedItem {
  readonly id: string;
  readonly name: string;
}

function Related({ item }: { readonly item: RelatedItem }) {
  return (
    <Link href={`/endpoints/${item.id}`} className="link font-mono text-sm">
      <ForeignText text={item.name} />
    </Link>
  );
}

function valueOf({ field, value }: DeclaredFact, backend: RelatedItem | null): ReactNode {
  if (field === 'front_of' && backend !== null) return <Related item={backend} />;
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return (
    <span className="font-mono text-sm">
      <ForeignText text={value ?? ''} />
    </span>
  );
}

/** What an operator declared of an endpoint, with a way to change it for whoever may. */
export function DeclarationPanel({
  facts,
  declared,
  backend,
  fronts,
  strandedVantage,
  now,
  changeHref,
}: {
  readonly facts: readonly DeclaredFact[];
  /** `at` in milliseconds since the epoch. Null: nobody declared anything. */
  readonly declared: { readonly by: string; readonly at: number } | null;
  readonly backend: RelatedItem | null;
  readonly fronts: readonly RelatedItem[];
  /** The declared vantage where no worker of it is alive; null: one is, or none is needed. */
  readonly strandedVantage: string | null;
  readonly now: number;
  /** Page of the form; null: this person may only look. */
  readonly changeHref: string | null;
}) {
  const shown: readonly Fact[] = [
    ...facts
      .filter(({ value }) => value !== null)
      .map((fact) => ({ name: declarationTitles[fact.field], value: valueOf(fact, backend) })),
    ...fronts.map((front) => ({ name: 'Is behind', value: <Related item={front} /> })),
  ];
  return (
    <Panel
      title="Declared facts"
      aside={
        declared === null ? undefined : (
          <>
            by <ForeignText text={declared.by} maxLength={100} />, <TimeStamp at={declared.at} now={now} />
          </>
        )
      }
    >
      <div className="space-y-4">
        {strandedVantage === null ? null : (
          <Banner tone="fail">
            <strong>
              No worker of vantage <ForeignText text={strandedVantage} /> is alive.
            </strong>{' '}
            Nobody looks at this endpoint until one is: start it with LATCHWATCH_VANTAGE set to that name.
          </Banner>
        )}
        {shown.length === 0 ? (
          <p className="text-muted">Nothing is declared: what nobody promised is shown and not alerted.</p>
        ) : (
          <Facts facts={shown} />
        )}
        {changeHref === null ? null : (
          <Link href={changeHref} className="link text-sm">
            Change what is declared
          </Link>
        )}
      </div>
    </Panel>
  );
}
