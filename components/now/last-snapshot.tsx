import type { IncidentGroupItem } from '../incident-groups.tsx';
import { IncidentGroups } from '../incident-groups.tsx';
import { buttonLook } from '../ui/button-look.ts';
import { Link } from '../ui/link.tsx';
import { Panel } from '../ui/panel.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { StaleNote } from '../ui/state-note.tsx';

/** What was known last. */
export interface SnapshotItem {
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  /** The sentence of that time. */
  readonly sentence: string;
  readonly groups: readonly IncidentGroupItem[];
}

/** In the place of the first page when nothing can be read: what went wrong, and what was known last, dated. Nothing of it is green. */
export function LastSnapshot({
  id,
  snapshot,
  now,
}: {
  /** What the log calls the error. */
  readonly id: string;
  /** Null: this process has not read anything yet. */
  readonly snapshot: SnapshotItem | null;
  readonly now: number;
}) {
  return (
    <div className="space-y-6">
      <ErrorNote
        title="What needs you could not be read"
        id={id}
        retry={
          <Link href="/" className={buttonLook('primary')}>
            Try again
          </Link>
        }
      >
        Most often the database did not answer. Probes and alerts run apart from this page.
      </ErrorNote>
      {snapshot === null ? null : (
        <>
          <StaleNote at={snapshot.readAt} now={now}>
            It may be worse by now.
          </StaleNote>
          <Panel title={`Then: ${snapshot.sentence}`} flush>
            {snapshot.groups.length === 0 ? (
              <p className="px-4 py-3 text-sm text-muted">No fault waited for anybody then.</p>
            ) : (
              <IncidentGroups groups={snapshot.groups} now={now} acknowledge={null} />
            )}
          </Panel>
        </>
      )}
    </div>
  );
}
