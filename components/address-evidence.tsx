import type { AddressSession } from '#lib/model/observation.ts';
import type { ChainItem } from './chain-table.tsx';
import { ChainTable } from './chain-table.tsx';
import type { CheckItem } from './check-list.tsx';
import { CheckList } from './check-list.tsx';
import type { FindingItem } from './finding-list.tsx';
import { FindingList } from './finding-list.tsx';
import { Transcript } from './transcript.tsx';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Panel } from './ui/panel.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

export interface AddressEvidenceProps {
  readonly session: AddressSession;
  /** Why the probe stopped, in one sentence; null: it did not. */
  readonly failure: string | null;
  readonly state: { readonly tone: Tone; readonly word: string };
  /** True: the run is old, and what it found may not hold any more. */
  readonly stale: boolean;
  readonly findings: readonly FindingItem[];
  readonly checks: readonly CheckItem[];
  /** Whether to offer to accept a finding. */
  readonly maySign: boolean;
  readonly chain: readonly (ChainItem | null)[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function Capabilities({ list }: { readonly list: readonly string[] | null }) {
  if (list === null) return <span className="text-muted">not seen</span>;
  if (list.length === 0) return <span className="text-muted">none</span>;
  return (
    <span className="font-mono text-xs">
      <ForeignText text={list.join(' · ')} maxLength={2000} />
    </span>
  );
}

function milliseconds(value: number | null): string {
  return value === null ? 'not reached' : `${Math.round(value)} ms`;
}

function sessionFacts({ session, failure }: AddressEvidenceProps) {
  const { tls, timings } = session;
  const trust =
    tls === null
      ? null
      : tls.pkix.trusted
        ? `trusted, by ${tls.pkix.store}`
        : `${tls.pkix.error}, by ${tls.pkix.store}`;
  return [
    ...(failure === null ? [] : [{ name: 'Stopped', value: <ForeignText text={failure} maxLength={600} /> }]),
    {
      name: 'Greeting',
      value:
        session.greeting === null ? (
          <span className="text-muted">not seen</span>
        ) : (
          <span className="font-mono text-xs">
            <ForeignText text={session.greeting} />
          </span>
        ),
    },
    ...(session.starttls === 'not-applicable' ? [] : [{ name: 'STARTTLS', value: session.starttls.replace('-', ' ') }]),
    {
      name: 'TLS',
      value: tls === null ? <span className="text-muted">not reached</span> : `${tls.version}, ${tls.cipher}`,
    },
    ...(trust === null ? [] : [{ name: 'Path of trust', value: <ForeignText text={trust} /> }]),
    ...(session.starttls === 'not-applicable'
      ? []
      : [{ name: 'Offered before TLS', value: <Capabilities list={session.capabilitiesBeforeTls} /> }]),
    { name: 'Offered inside TLS', value: <Capabilities list={session.capabilitiesAfterTls} /> },
    {
      name: 'Timings',
      value: `connect ${milliseconds(timings.connectMs)}, greeting ${milliseconds(timings.greetingMs)}, handshake ${milliseconds(timings.handshakeMs)}, in all ${milliseconds(timings.totalMs)}`,
    },
  ];
}

/** All that is known of one address of an endpoint: what is wrong, what is fine, and the evidence. */
export function AddressEvidence(props: AddressEvidenceProps) {
  const { session, state, stale, findings, checks, chain, now } = props;
  return (
    <Panel
      flush
      title={session.address}
      aside={
        <ToneLabel tone={state.tone} look="chip">
          {state.word}
        </ToneLabel>
      }
    >
      <div className="divide-y divide-line">
        {findings.length === 0 ? null : <FindingList items={findings} now={now} maySign={props.maySign} />}
        <div className="p-4">
          <Facts facts={sessionFacts(props)} />
        </div>
        {chain.length === 0 ? null : (
          <details open>
            <summary className="px-4 py-2.5 text-sm font-medium">
              Certificates as the server sent them ({chain.length})
            </summary>
            <ChainTable items={chain} now={now} />
          </details>
        )}
        {checks.length === 0 ? null : (
          <details>
            <summary className="px-4 py-2.5 text-sm font-medium">
              Everything that was looked for here ({checks.length})
            </summary>
            <div className="px-4 pb-4">
              <CheckList items={checks} stale={stale} />
            </div>
          </details>
        )}
        {session.transcript.length === 0 ? null : (
          <details>
            <summary className="px-4 py-2.5 text-sm font-medium">
              Transcript ({session.transcript.length} lines)
            </summary>
            <div className="px-4 pb-4">
              <Transcript lines={session.transcript} />
            </div>
          </details>
        )}
      </div>
    </Panel>
  );
}
