import type { Metadata } from 'next';
import { findSetupLink, type SetupLink } from '#prisma/commands/setup-links.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { FrontDoor } from '#components/front-door.tsx';
import { Link } from '#components/ui/link.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { followSetupLinkAction } from '#app/_actions/setup.ts';
import { minPasswordLength } from '#app/_auth/auth.ts';
import { database } from '#app/_queries/database.ts';

export const metadata: Metadata = { title: 'One-time link' };

const titles: Readonly<Record<SetupLink['kind'], string>> = {
  'first-administrator': 'Create the administrator',
  invitation: 'You are invited',
  reset: 'Choose a new password',
};

export default async function SetupPage({ params }: { readonly params: Promise<{ readonly token: string }> }) {
  const { token } = await params;
  const link = await findSetupLink(database(), token, new Date());
  if (link === null) {
    return (
      <FrontDoor title="This link does not work">
        <p>
          It was used already, or it is too old. Ask an administrator for a new one. If nobody could create the
          administrator, start Latchwatch again: it prints a new link.
        </p>
        <p className="mt-4">
          <Link href="/login" className="link">
            Sign in
          </Link>
        </p>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title={titles[link.kind]}>
      {link.kind === 'first-administrator' ? null : (
        <p className="mb-4">
          {link.kind === 'invitation' ? `As ${link.role}, with the address ` : 'For '}
          <ForeignText text={link.email} maxLength={254} />.
        </p>
      )}
      <ActionForm action={followSetupLinkAction} hidden={{ link: token }}>
        <div className="space-y-4">
          {link.kind === 'reset' ? null : (
            <Field label="Your name" name="name" autoComplete="name" required maxLength={100} />
          )}
          {link.kind === 'first-administrator' ? (
            <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
          ) : null}
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            hint={`At least ${minPasswordLength} characters.`}
            minLength={minPasswordLength}
            maxLength={128}
            required
          />
          {link.kind === 'reset' ? (
            <SubmitButton kind="primary" pendingText="Setting…">
              Set it and sign in
            </SubmitButton>
          ) : (
            <SubmitButton kind="primary" pendingText="Creating…">
              Create and sign in
            </SubmitButton>
          )}
        </div>
      </ActionForm>
    </FrontDoor>
  );
}
