import type { SilenceItem } from './silence-table.tsx';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** What else nobody is told of: ending it ends it there too. */
function Reach({ silence }: { readonly silence: SilenceItem }) {
  if (silence.incidentId !== null) return null;
  return (
    <p className="text-sm">
      It is for more than this incident: {silence.summary ?? 'whatever happens'}{' '}
      {silence.host === null ? (
        'anywhere'
      ) : (
        <>
          at <ForeignText text={silence.host} maxLength={200} />
        </>
      )}
      . Who ends it ends it for all of that.
    </p>
  );
}

/** That nobody is told of an incident now, until when, by whom and why. `end` is null for who may not. */
export function IncidentSilence({
  silence,
  others,
  now,
  end,
}: {
  readonly silence: SilenceItem;
  /** How many more are in force for it. */
  readonly others: number;
  readonly now: number;
  readonly end: FormAction | null;
}) {
  return (
    <div className="mb-6 space-y-2">
      <Banner tone="info">
        <p>
          Silenced until <TimeStamp at={silence.endsAt} now={now} form="absolute" /> by{' '}
          <ForeignText text={silence.createdBy} maxLength={100} />:{' '}
          <ForeignText text={silence.reason} maxLength={500} />
        </p>
        <Reach silence={silence} />
        {others === 0 ? null : (
          <p className="text-sm">
            {others} more {others === 1 ? 'silence is' : 'silences are'} in force for it:{' '}
            <Link href="/silences" className="link">
              all silences
            </Link>
            .
          </p>
        )}
      </Banner>
      {end === null ? null : (
        <ActionForm
          // Another silence is another form: the answer about the one that ended is not about it.
          key={silence.id}
          action={end}
          hidden={{ silenceId: silence.id }}
          label={`End the silence: ${silence.reason}`}
        >
          <SubmitButton kind="danger" pendingText="Ending…">
            End this silence now
          </SubmitButton>
        </ActionForm>
      )}
    </div>
  );
}
