import type { TlsaObservation } from '#lib/model/observation.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Panel } from './ui/panel.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

const usages = ['PKIX-TA', 'PKIX-EE', 'DANE-TA', 'DANE-EE'];
const selectors = ['certificate', 'public key'];
const matchingTypes = ['whole', 'SHA-256', 'SHA-512'];

function named(words: readonly string[], value: number): string {
  return `${value} ${words[value] ?? 'unknown'}`;
}

/** The TLSA records of an endpoint and what is known of their signatures. */
export function TlsaPanel({ tlsa, failure }: { readonly tlsa: TlsaObservation; readonly failure: string | null }) {
  const { lookup, owner } = tlsa;
  return (
    <Panel
      title="TLSA"
      flush
      aside={
        <span className="font-mono text-xs">
          <ForeignText text={owner} />
        </span>
      }
    >
      {lookup.ok ? (
        <>
          {lookup.facts.records.length === 0 ? (
            <p className="p-4 text-muted">No TLSA record ({lookup.facts.rcode}).</p>
          ) : (
            <DataTable caption="TLSA records" columns={['Usage', 'Selector', 'Matching type', 'Data']}>
              {lookup.facts.records.map((record, index) => (
                <tr key={index}>
                  <Cell>{named(usages, record.usage)}</Cell>
                  <Cell>{named(selectors, record.selector)}</Cell>
                  <Cell>{named(matchingTypes, record.matchingType)}</Cell>
                  <Cell mono>
                    <span className="block min-w-48 text-xs">
                      <ForeignText text={record.data} maxLength={140} />
                    </span>
                  </Cell>
                </tr>
              ))}
            </DataTable>
          )}
          <p className="flex flex-wrap gap-x-5 border-t border-line px-4 py-2.5 text-sm text-muted">
            <span>
              DNSSEC {lookup.facts.dnssec.state}
              {'why' in lookup.facts.dnssec ? `: ${lookup.facts.dnssec.why}` : ''}
            </span>
            <span>
              {lookup.facts.signaturesPresent
                ? 'signatures came with the answer'
                : 'no signatures came with the answer'}
            </span>
            <span>the resolver {lookup.facts.ad ? 'says' : 'does not say'} AD</span>
            {lookup.facts.ttlSeconds === null ? null : <span>TTL {lookup.facts.ttlSeconds} s</span>}
          </p>
        </>
      ) : (
        <p className="p-4">
          <ToneLabel tone="unknown">
            <ForeignText text={failure ?? 'Could not look'} />
          </ToneLabel>
        </p>
      )}
    </Panel>
  );
}
