import { buttonLook } from '../ui/button-look.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { Skeleton, skeletonSizes } from '../ui/skeleton.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { PartialNote, StaleNote } from '../ui/state-note.tsx';
import { keysOf } from './keys-of.ts';

/** The five states that every widget has besides the good one. `now` in milliseconds since the epoch. */
export function StateSamples({ now }: { readonly now: number }) {
  return (
    <>
      <Panel title="Empty" flush>
        <EmptyState title="No silence is active">Start one before a maintenance: it ends by itself.</EmptyState>
      </Panel>
      <Panel title="Partial, stale, error">
        <div className="space-y-3">
          <PartialNote shown={3} total={5} of="name servers">
            ns4 and ns5 did not answer within 5 s: what they serve is unknown.
          </PartialNote>
          <StaleNote at={now - 3 * 3_600_000} now={now}>
            No worker is running: start one.
          </StaleNote>
          <StaleNote at={null} now={now} />
          <ErrorNote
            title="The forecast could not be made"
            id="3204117"
            retry={
              <a className={buttonLook('plain')} href="/design">
                Try again
              </a>
            }
          >
            The verdict above does not depend on it.
          </ErrorNote>
        </div>
      </Panel>
      <Panel title="Loading">
        <div className="grid gap-4 sm:grid-cols-2">
          {keysOf(skeletonSizes).map((size) => (
            <div key={size}>
              <p className="mb-1 font-mono text-xs text-muted">{size}</p>
              <Skeleton size={size} label={`a ${size}`} count={size === 'line' ? 3 : 1} />
            </div>
          ))}
        </div>
      </Panel>
    </>
  );
}
