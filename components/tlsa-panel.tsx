import type { TlsaObservation } from '#lib/model/observation.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Panel } from './ui/panel.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

const usages = ['PKIX-TA', 'PKIX-EE', 'DANE-TA', 'DANE-EE'];
const selectors = ['certificate', 'public key'];
const matchingTypes = ['whole', 'SHA-256', 'SHA-512'];

function named(words: readonly string[], value: number): string {
  return `${value} ${words[value] ?? 'unknown'}`;
}

export interface TlsaItem {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  /** Lower-case hex. */
  readonly data: string;
  /** What it came to; empty: no address showed a certificate. */
  readonly results: readonly {
    readonly matches: boolean;
    /** To follow the record in a sentence, e.g. `matches the server certificate`. */
    readonly text: string;
    readonly addresses: readonly string[];
  }[];
}

function Results({ results, stale }: { readonly results: TlsaItem['results']; readonly stale: boolean }) {
  if (results.length === 0) return <span className="text-sm text-muted">not compared: no certificate was seen</span>;
  return (
    <ul className="min-w-56 space-y-1">
      {results.map(({ matches, text, addresses }) => (
        <li key={text} className="text-sm">
          {matches ? (
            <span className={`${stale ? 'tone-unknown' : 'tone-ok'} tone-text inline-flex items-center gap-1.5`}>
              <ToneIcon tone={stale ? 'unknown' : 'ok'} size={14} />
              {stale ? `was: ${text}` : text}
            </span>
          ) : (
            <span className="text-muted">{text}</span>
          )}
          <span className="block font-mono text-xs text-muted">
            <ForeignText text={addresses.join(', ')} maxLength={400} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The TLSA records of an endpoint, what they match, and what is known of their signatures. */
export function TlsaPanel({
  tlsa,
  items,
  stale,
  failure,
}: {
  readonly tlsa: TlsaObservation;
  /** The records of `tlsa`, in their order. */
  readonly items: readonly TlsaItem[];
  /** True: the run is old, and what matched then may not match now. */
  readonly stale: boolean;
  readonly failure: string | null;
}) {
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
          {items.length === 0 ? (
            <p className="p-4 text-muted">No TLSA record ({lookup.facts.rcode}).</p>
          ) : (
            <DataTable
              caption="TLSA records"
              columns={['Usage', 'Selector', 'Matching type', 'Data', 'Compared with what was shown']}
            >
              {items.map((record, index) => (
                <tr key={index}>
                  <Cell>{named(usages, record.usage)}</Cell>
                  <Cell>{named(selectors, record.selector)}</Cell>
                  <Cell>{named(matchingTypes, record.matchingType)}</Cell>
                  <Cell mono>
                    <span className="block min-w-48 text-xs">
                      <ForeignText text={record.data} maxLength={140} />
                    </span>
                  </Cell>
                  <Cell>
                    <Results results={record.results} stale={stale} />
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
