import type { RunComparison as Comparison } from '#lib/evidence/compare-runs.ts';
import type { TranscriptLine } from '#lib/model/observation.ts';
import { RunComparison } from './run-comparison.tsx';
import { Transcript } from './transcript.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** What was said at one address, before and after. */
export interface RawSession {
  readonly address: string;
  readonly side: 'before' | 'after';
  readonly lines: readonly TranscriptLine[];
}

/** The runs on both sides of the beginning of an incident. Instants are milliseconds since the epoch. */
export type IncidentEvidenceItem =
  /** No run of that time is kept. */
  | { readonly kind: 'not-kept' }
  /** It was there at the first look. */
  | { readonly kind: 'first-look'; readonly badAt: number; readonly raw: readonly RawSession[] }
  | {
      readonly kind: 'compared';
      readonly goodAt: number;
      readonly badAt: number;
      readonly vantage: string;
      readonly comparison: Comparison;
      readonly raw: readonly RawSession[];
      /** The same on a page of its own. */
      readonly href: string;
    };

function Raw({ sessions }: { readonly sessions: readonly RawSession[] }) {
  const said = sessions.filter(({ lines }) => lines.length > 0);
  if (said.length === 0) {
    return <p className="px-4 py-3 text-sm text-muted">No byte came from the server in these runs.</p>;
  }
  return (
    <details className="px-4 py-3">
      <summary className="font-medium">What was said, byte by byte</summary>
      <div className="mt-3 space-y-4">
        {said.map(({ address, side, lines }) => (
          <section key={`${side} ${address}`}>
            <h3 className="mb-1 text-sm font-medium">
              <span className="font-mono">
                <ForeignText text={address} maxLength={60} />
              </span>
              , {side === 'before' ? 'before' : 'with the fault'}
            </h3>
            <Transcript lines={lines} />
          </section>
        ))}
      </div>
    </details>
  );
}

/** The last good run against the first bad one, field by field, and the raw bytes of both below. */
export function IncidentEvidence({ item, now }: { readonly item: IncidentEvidenceItem; readonly now: number }) {
  switch (item.kind) {
    case 'not-kept':
      return <p className="p-4 text-muted">No run of the time when it began is kept any more.</p>;
    case 'first-look':
      return (
        <div className="relative divide-y divide-line">
          <p className="p-4">
            It was there at the first look, <TimeStamp at={item.badAt} now={now} />: there is no good run to compare it
            with.
          </p>
          <Raw sessions={item.raw} />
        </div>
      );
    case 'compared':
      return (
        // Words for screen readers are placed absolutely: kept inside, closed parts do not lengthen the page.
        <div className="relative divide-y divide-line">
          <div className="space-y-1 px-4 py-3 text-sm">
            <p>
              Before: good until <TimeStamp at={item.goodAt} now={now} />. After: first seen{' '}
              <TimeStamp at={item.badAt} now={now} />. Both from{' '}
              <span className="font-mono">
                <ForeignText text={item.vantage} maxLength={100} />
              </span>
              .
            </p>
            {item.comparison.changed === 0 ? (
              <p>
                The server shows the same as before: what made it a fault lies elsewhere, most often in time that went
                by.
              </p>
            ) : null}
            <p>
              <Link href={item.href} className="link">
                Compare other runs
              </Link>
            </p>
          </div>
          <RunComparison comparison={item.comparison} />
          <Raw sessions={item.raw} />
        </div>
      );
  }
}
