import type { ReactNode } from 'react';
import { hasChanges, type DomainDiff, type InventoryDiff } from '#lib/inventory/compare-inventory.ts';
import type { DeclaredFact } from '#lib/model/declaration-fields.ts';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

/** Endpoints of one domain that are written out; of more, their number. */
const maxShown = 200;

function wordOf(value: DeclaredFact['value']): string {
  if (value === null) return 'undeclared';
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}

function Line({
  mark,
  name,
  children,
}: {
  readonly mark: string;
  readonly name: string;
  readonly children: ReactNode;
}) {
  return (
    <li className="py-1.5">
      <span className="text-sm font-medium">{mark}</span>{' '}
      <span className="font-mono text-sm">
        <ForeignText text={name} />
      </span>
      {children}
    </li>
  );
}

function Fact({ field, children }: { readonly field: string; readonly children: ReactNode }) {
  return (
    <span className="block pl-4 text-sm">
      <span className="font-mono text-muted">{field}</span> {children}
    </span>
  );
}

function linesOf({ added, changed, lacking }: DomainDiff): readonly ReactNode[] {
  return [
    ...added.map(({ key, facts }) => (
      <Line key={`+${key}`} mark="New:" name={key}>
        {facts.map(({ field, value }) => (
          <Fact key={field} field={field}>
            <ForeignText text={wordOf(value)} />
          </Fact>
        ))}
      </Line>
    )),
    ...changed.map(({ key, changes }) => (
      <Line key={`~${key}`} mark="Changed:" name={key}>
        {changes.map(({ field, before, after }) => (
          <Fact key={field} field={field}>
            <ForeignText text={wordOf(before)} /> → <ForeignText text={wordOf(after)} />
          </Fact>
        ))}
      </Line>
    )),
    ...lacking.map(({ key, dropped }) => (
      <Line key={`?${key}`} mark={dropped ? 'No longer in the inventory:' : 'Not in the inventory:'} name={key}>
        <span className="text-sm text-muted"> stays watched</span>
      </Line>
    )),
  ];
}

function Domain({ domain }: { readonly domain: DomainDiff }) {
  const lines = linesOf(domain);
  return (
    <section>
      <h3 className="font-mono text-base font-semibold">
        <ForeignText text={domain.domain} />
        {domain.isNew ? <span className="font-sans text-sm font-normal text-muted"> not watched until now</span> : null}
      </h3>
      <ul className="divide-y divide-line">{lines.slice(0, maxShown)}</ul>
      {lines.length > maxShown ? <p className="text-sm text-muted">And {lines.length - maxShown} more.</p> : null}
    </section>
  );
}

/** What an import of an inventory changes, or has changed. */
export function InventoryDiffView({ diff, imported }: { readonly diff: InventoryDiff; readonly imported: boolean }) {
  const touched = diff.domains.filter(
    ({ isNew, added, changed, lacking }) => isNew || added.length + changed.length + lacking.length > 0,
  );
  return (
    <div className="space-y-4">
      {!hasChanges(diff) ? (
        <Banner tone="info">Nothing to do: what is watched and declared is what the inventory says.</Banner>
      ) : imported ? (
        <Banner tone="ok">Imported.</Banner>
      ) : (
        <Banner tone="info">This would change. Nothing was written.</Banner>
      )}
      {touched.map((domain) => (
        <Domain key={domain.domain} domain={domain} />
      ))}
    </div>
  );
}
