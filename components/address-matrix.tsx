import {
  addressFacts,
  type AddressCell,
  type AddressComparison,
  type AddressFact,
} from '#lib/evidence/compare-addresses.ts';
import { Banner } from './ui/banner.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

const titles: Readonly<Record<AddressFact, string>> = {
  outcome: 'Outcome',
  tls: 'TLS',
  certificate: 'Certificate',
  validUntil: 'Valid until',
  trust: 'Trust',
  capabilities: 'Offers',
  tags: 'Security tags',
};

/** What is too long for a cell is only said to be alike or not. */
function textOf(fact: AddressFact, value: string): string {
  switch (fact) {
    case 'certificate':
      return `${value.slice(0, 12)}…`;
    case 'capabilities':
      return `${String(value.split(' ').length)} words`;
    case 'tags':
      return value === '' ? 'none' : value;
    case 'outcome':
    case 'tls':
    case 'validUntil':
    case 'trust':
      return value;
  }
}

function FactCell({ fact, cell }: { readonly fact: AddressFact; readonly cell: AddressCell }) {
  if (cell.value === null) return <span className="text-sm text-muted">not seen</span>;
  return (
    <span className="block max-w-56 text-sm">
      <span
        className={fact === 'certificate' ? 'font-mono text-xs' : ''}
        title={fact === 'certificate' ? cell.value : undefined}
      >
        <ForeignText text={textOf(fact, cell.value)} maxLength={160} />
      </span>
      {cell.isOdd ? (
        <span className="block">
          <ToneLabel tone="warn">unlike the others</ToneLabel>
        </span>
      ) : null}
    </span>
  );
}

/** The addresses of an endpoint side by side; where they are unlike, in words before. */
export function AddressMatrix({
  comparison,
  states,
  stale,
}: {
  readonly comparison: AddressComparison;
  /** By address: what checks made of it, and where its part of the page is. */
  readonly states: ReadonlyMap<string, { readonly tone: Tone; readonly word: string; readonly href: string }>;
  readonly stale: boolean;
}) {
  const { rows, divergences } = comparison;
  return (
    <>
      {divergences.length === 0 ? null : (
        <div className="p-4">
          <Banner tone={stale ? 'unknown' : 'warn'}>
            <ul>
              {divergences.map((line) => (
                <li key={line}>
                  <ForeignText text={line} maxLength={400} />.
                </li>
              ))}
            </ul>
          </Banner>
        </div>
      )}
      <DataTable
        caption="Addresses side by side"
        columns={['Address', 'State', ...addressFacts.map((fact) => titles[fact])]}
      >
        {rows.map(({ address, family, cells }) => {
          const state = states.get(address);
          return (
            <tr key={address}>
              <Cell>
                {state === undefined ? (
                  <span className="font-mono text-sm">{address}</span>
                ) : (
                  <a href={state.href} className="link font-mono text-sm">
                    {address}
                  </a>
                )}
                <span className="block text-xs text-muted">{family}</span>
              </Cell>
              <Cell>{state === undefined ? null : <ToneLabel tone={state.tone}>{state.word}</ToneLabel>}</Cell>
              {addressFacts.map((fact) => (
                <Cell key={fact}>
                  <FactCell fact={fact} cell={cells[fact]} />
                </Cell>
              ))}
            </tr>
          );
        })}
      </DataTable>
    </>
  );
}
