import type { Dnssec } from '#lib/model/dnssec.ts';
import type { TlsaObservation } from '#lib/model/observation.ts';
import { judgeDnssec, reasonText } from './dnssec-words.ts';
import { HexDump } from './hex-dump.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
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
  /** What it is to the host, e.g. `in use`. */
  readonly standing: string;
  /** What it came to; empty: no address showed a certificate. */
  readonly results: readonly {
    readonly matches: boolean;
    /** To follow the record in a sentence, e.g. `matches the server certificate`. */
    readonly text: string;
    readonly addresses: readonly string[];
  }[];
}

function Results({
  results,
  stale,
  counts,
}: {
  readonly results: TlsaItem['results'];
  readonly stale: boolean;
  /** Whether DNSSEC makes the records worth something: a match of a record that nobody may believe is not good news. */
  readonly counts: boolean;
}) {
  const tone = counts && !stale ? 'ok' : 'unknown';
  if (results.length === 0) return <span className="text-sm text-muted">not compared: no certificate was seen</span>;
  return (
    <ul className="min-w-56 space-y-1">
      {results.map(({ matches, text, addresses }) => (
        <li key={text} className="text-sm">
          {matches ? (
            <span className={`tone-${tone} tone-text inline-flex items-center gap-1.5`}>
              <ToneIcon tone={tone} size={14} />
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

/** What the DNSSEC state means for those who would go by these records. */
function meaningOf({ state }: Dnssec, hasRecords: boolean): string {
  switch (state) {
    case 'secure':
      return hasRecords
        ? 'Senders and mail programs that check DANE go by these records.'
        : 'It is proven that there is none: nobody expects DANE here.';
    case 'insecure':
      return hasRecords
        ? 'Nobody can tell these records from forged ones, so they are ignored.'
        : 'Without DNSSEC there is no DANE here, and nothing fails because of it.';
    case 'bogus':
      return 'Senders that check DANE hold back mail for this host until this is repaired.';
    case 'indeterminate':
      return 'Whether senders go by this answer is not known.';
  }
}

/** The TLSA records of an endpoint, what they match, and what is known of their signatures. */
export function TlsaPanel({
  tlsa,
  items,
  stale,
  now,
  failure,
  rolloverHref,
}: {
  readonly tlsa: TlsaObservation;
  /** The records of `tlsa`, in their order. */
  readonly items: readonly TlsaItem[];
  /** True: the run is old, and what matched then may not match now. */
  readonly stale: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly failure: string | null;
  /** Where a change of the key begins; null: the reader may not begin one. */
  readonly rolloverHref: string | null;
}) {
  const { lookup, owner } = tlsa;
  const dnssec = lookup.ok ? lookup.facts.dnssec : null;
  const judged = dnssec === null ? null : judgeDnssec(dnssec, { now, stale });
  const reason = dnssec === null ? null : reasonText(dnssec);
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
              columns={['Usage', 'Selector', 'Matching type', 'Data', 'Standing', 'Compared with what was shown']}
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
                  <Cell>{record.standing}</Cell>
                  <Cell>
                    <Results results={record.results} stale={stale} counts={judged?.tone === 'ok'} />
                  </Cell>
                </tr>
              ))}
            </DataTable>
          )}
          {judged === null || dnssec === null ? null : (
            <div className="space-y-1 border-t border-line px-4 py-2.5 text-sm">
              <p className="flex flex-wrap items-center gap-x-3">
                <span className="text-muted">DNSSEC</span>
                <ToneLabel tone={judged.tone}>{judged.word}</ToneLabel>
                {reason === null ? null : (
                  <span>
                    <ForeignText text={reason} maxLength={400} />
                  </span>
                )}
              </p>
              {stale ? null : <p className="text-muted">{meaningOf(dnssec, items.length > 0)}</p>}
            </div>
          )}
          <p className="flex flex-wrap gap-x-5 border-t border-line px-4 py-2.5 text-sm text-muted">
            <span>
              {lookup.facts.signaturesPresent
                ? 'signatures came with the answer'
                : 'no signatures came with the answer'}
            </span>
            <span>the resolver {lookup.facts.ad ? 'says' : 'does not say'} AD</span>
            {lookup.facts.ttlSeconds === null ? null : <span>TTL {lookup.facts.ttlSeconds} s</span>}
            {items.length === 0 || rolloverHref === null ? null : (
              <Link href={rolloverHref} className="link inline-flex min-h-6 items-center">
                Change the key behind them
              </Link>
            )}
          </p>
          <div className="px-4 pb-3">
            <HexDump title="The answer of DNS as bytes" bytes={Buffer.from(lookup.facts.wire, 'base64')} />
          </div>
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
