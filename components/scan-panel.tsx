import type { TranscriptLine } from '#lib/model/observation.ts';
import { Transcript } from './transcript.tsx';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Panel } from './ui/panel.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** What a deep scan saw of one address. */
export interface ScanItem {
  readonly address: string;
  /** Why it ended early, in one sentence; null: it did not. */
  readonly failure: string | null;
  readonly facts: readonly {
    readonly name: string;
    readonly value: string;
    /** False: nobody could look. */
    readonly seen: boolean;
  }[];
  readonly transcript: readonly TranscriptLine[];
}

/** A URL in a DEEP status, and what came of fetching it. */
export interface StatusUrlItem {
  readonly url: string;
  readonly outcome: string;
  readonly addresses: readonly string[];
}

/** The latest deep scan of an endpoint, address by address. */
export function ScanPanel({
  scan,
  now,
}: {
  /** Null: none was made yet. */
  readonly scan: {
    readonly finishedAt: number;
    readonly items: readonly ScanItem[];
    readonly urls: readonly StatusUrlItem[];
  } | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}) {
  if (scan === null) {
    return (
      <Panel title="Deep scan">
        <p className="text-muted">
          None was made yet. It comes by itself after the first probe that reaches the server, then once a day and after
          changes.
        </p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Deep scan"
      flush
      aside={
        <>
          made <TimeStamp at={scan.finishedAt} now={now} />
        </>
      }
    >
      <div className="divide-y divide-line">
        {scan.items.length === 0 ? (
          <p className="p-4 text-muted">The addresses of the host were not known at that time.</p>
        ) : null}
        {scan.items.map((item) => (
          <ScannedAddress key={item.address} item={item} />
        ))}
        {scan.urls.map(({ url, outcome, addresses }) => (
          <div key={url} className="p-4">
            <h3 className="mb-2 font-mono text-sm font-medium">
              <ForeignText text={url} maxLength={400} />
            </h3>
            <Facts
              facts={[
                { name: 'Outcome', value: <ForeignText text={outcome} maxLength={600} /> },
                { name: 'Addresses', value: <ForeignText text={addresses.join(', ')} maxLength={400} /> },
              ]}
            />
          </div>
        ))}
      </div>
    </Panel>
  );
}

function ScannedAddress({ item }: { readonly item: ScanItem }) {
  const { address, failure, facts, transcript } = item;
  const stopped =
    failure === null ? [] : [{ name: 'Ended early', value: <ForeignText text={failure} maxLength={600} /> }];
  return (
    <div className="p-4">
      <h3 className="mb-2 font-mono text-sm font-medium">{address}</h3>
      <Facts
        facts={[
          ...stopped,
          ...facts.map(({ name, value, seen }) => ({
            name,
            value: (
              <span className={seen ? '' : 'text-muted'}>
                <ForeignText text={value} maxLength={400} />
              </span>
            ),
          })),
        ]}
      />
      {transcript.length === 0 ? null : (
        <details className="mt-3">
          <summary className="text-sm font-medium">What was said ({transcript.length} lines)</summary>
          <div className="mt-2">
            <Transcript lines={transcript} />
          </div>
        </details>
      )}
    </div>
  );
}
