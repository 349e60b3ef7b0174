import type { Metadata } from 'next';
import { FrontDoor } from '#components/front-door.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { acknowledgeByLinkAction } from '#app/_actions/acknowledge-by-link.ts';
import { readAcknowledgementLink } from '#app/_auth/acknowledgement-link.ts';
import { findIncident } from '#app/_queries/incidents.ts';

export const metadata: Metadata = { title: 'Take an incident', robots: { index: false, follow: false } };

const states = {
  firing: 'It is open, and nobody has taken it.',
  acknowledged: 'It is open.',
  recovering: 'It looks better, which is being confirmed.',
  resolved: 'It is over.',
} as const;

/** Who took it. Without JavaScript that is the answer to the button, and so it is when the link is opened again. */
function Taken({
  by,
  at,
  recipient,
  now,
}: {
  readonly by: string;
  readonly at: Date;
  readonly recipient: string;
  readonly now: Date;
}) {
  return (
    <p role="status" className="mt-3">
      {by === recipient ? 'You' : <ForeignText text={by} maxLength={300} />} took it{' '}
      <TimeStamp at={at.getTime()} now={now.getTime()} />. Repeats stop for 24 hours from then.
    </p>
  );
}

/** Shows only: mail scanners open every link. The button takes the incident. */
export default async function AcknowledgePage({ params }: { readonly params: Promise<{ readonly token: string }> }) {
  const { token } = await params;
  const now = new Date();
  const grant = readAcknowledgementLink(token, now);
  const incident = grant === null ? null : await findIncident(grant.incidentId);
  if (grant === null || incident === null) {
    return (
      <FrontDoor title="This link does not work">
        <p>It works for a day after the mail was sent, and only as it stands there. Sign in to take the incident.</p>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title="Take this incident">
      <p className="font-medium">
        <ForeignText text={incident.title} maxLength={200} />
      </p>
      <p className="mt-2 text-muted">{states[incident.engineState]}</p>
      {incident.acknowledgedAt === null || incident.acknowledgedBy === null ? null : (
        <Taken by={incident.acknowledgedBy} at={incident.acknowledgedAt} recipient={grant.recipient} now={now} />
      )}
      {incident.engineState !== 'firing' ? null : (
        <div className="mt-4">
          <ActionForm action={acknowledgeByLinkAction} hidden={{ token }} label="Take this incident">
            <SubmitButton kind="primary" pendingText="Taking…">
              I take care
            </SubmitButton>
          </ActionForm>
          <p className="mt-3 text-sm text-muted">
            Written down as <ForeignText text={grant.recipient} maxLength={300} />. Repeats stop for 24 hours.
          </p>
        </div>
      )}
    </FrontDoor>
  );
}
