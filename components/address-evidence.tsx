import type { AddressSession } from '#lib/model/observation.ts';
import type { ChainPictureItem } from './chain-card.ts';
import { ChainPicture } from './chain-picture.tsx';
import type { ChainItem } from './chain-table.tsx';
import { ChainTable } from './chain-table.tsx';
import type { CheckItem } from './check-list.tsx';
import { CheckList } from './check-list.tsx';
import type { FindingItem } from './finding-list.tsx';
import { FindingList } from './finding-list.tsx';
import type { StepItem } from './step-list.tsx';
import { StepList } from './step-list.tsx';
import { Transcript } from './transcript.tsx';
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
  readonly steps: readonly StepItem[];
  readonly checks: readonly CheckItem[];
  /** Whether to offer to accept a finding. */
  readonly maySign: boolean;
  readonly chain: readonly (ChainItem | null)[];
  /** One for each certificate that the server may show. */
  readonly pictures: readonly ChainPictureItem[];
  /** Names of the parts of the page that links lead to. */
  readonly anchors: { readonly address: string; readonly chain: string; readonly transcript: string };
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function Chain({ pictures, chain, stale, now }: Pick<AddressEvidenceProps, 'pictures' | 'chain' | 'stale' | 'now'>) {
  return (
    <div className="space-y-4 px-4 pb-4">
      {pictures.map((picture, index) => (
        <ChainPicture key={index} item={picture} now={now} stale={stale} />
      ))}
      <details>
        <summary className="w-fit text-sm text-muted hover:text-text">As a table, with names and dates</summary>
        <ChainTable items={chain} now={now} />
      </details>
    </div>
  );
}

/** All that is known of one address of an endpoint: what is wrong, each step of the probe, and the evidence. */
export function AddressEvidence(props: AddressEvidenceProps) {
  const { session, failure, state, stale, findings, steps, checks, chain, anchors, now } = props;
  const heading = 'px-4 py-2.5 text-sm font-medium';
  return (
    <div id={anchors.address} className="scroll-mt-4">
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
          {failure === null ? null : (
            <p className="px-4 py-3">
              The probe stopped: <ForeignText text={failure} maxLength={600} />.
            </p>
          )}
          {findings.length === 0 ? null : <FindingList items={findings} now={now} maySign={props.maySign} />}
          <StepList items={steps} stale={stale} now={now} />
          {chain.length === 0 ? null : (
            <details open id={anchors.chain}>
              <summary className={heading}>Certificates, and who signed whom</summary>
              <Chain {...props} />
            </details>
          )}
          {session.transcript.length === 0 ? null : (
            <details id={anchors.transcript}>
              <summary className={heading}>Transcript ({session.transcript.length} lines)</summary>
              <div className="px-4 pb-4">
                <Transcript lines={session.transcript} />
              </div>
            </details>
          )}
          {checks.length === 0 ? null : (
            <details>
              <summary className={heading}>Everything that was looked for here ({checks.length})</summary>
              <div className="px-4 pb-4">
                <CheckList items={checks} stale={stale} />
              </div>
            </details>
          )}
        </div>
      </Panel>
    </div>
  );
}
