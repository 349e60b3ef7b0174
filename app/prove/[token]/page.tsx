import type { Metadata } from 'next';
import { FrontDoor } from '#components/front-door.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { confirmProofAction } from '#app/_actions/confirm-proof.ts';
import { readAskedProof } from '#app/_queries/route-proofs.ts';

export const metadata: Metadata = { title: 'Confirm that alerts arrive', robots: { index: false, follow: false } };

/** Shows only: mail scanners open every link. The button confirms. */
export default async function ProvePage({ params }: { readonly params: Promise<{ readonly token: string }> }) {
  const { token } = await params;
  const now = new Date();
  const proof = await readAskedProof(token, now);
  if (proof === null) {
    return (
      <FrontDoor title="This link does not work">
        <p>
          It works for eight days after the test was sent, and only as it stands there. A newer test has a newer link.
        </p>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title="Did the test arrive?">
      <p>
        Latchwatch sent it by the route “<ForeignText text={proof.routeName} maxLength={100} />” to{' '}
        <ForeignText text={proof.recipient} maxLength={300} />, <TimeStamp at={proof.createdAt} now={now.getTime()} />.
      </p>
      {proof.confirmedAt === null ? (
        <div className="mt-4">
          <ActionForm action={confirmProofAction} hidden={{ token }} label="Confirm that the test arrived">
            <SubmitButton kind="primary" pendingText="Writing it down…">
              Yes, it arrived
            </SubmitButton>
          </ActionForm>
          <p className="mt-3 text-sm text-muted">Who watches the mail service then knows that alerts reach you.</p>
        </div>
      ) : (
        <p className="mt-4">
          Confirmed <TimeStamp at={proof.confirmedAt} now={now.getTime()} />. There is nothing more to do.
        </p>
      )}
    </FrontDoor>
  );
}
