import type { Metadata } from 'next';
import Link from 'next/link';
import { findSetupLink } from '#prisma/commands/setup-links.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Field } from '#components/ui/field.tsx';
import { FrontDoor } from '#components/front-door.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { createAdministratorAction } from '#app/_actions/session.ts';
import { minPasswordLength } from '#app/_auth/auth.ts';
import { database } from '#app/_queries/database.ts';

export const metadata: Metadata = { title: 'Create the administrator' };

export default async function SetupPage({ params }: { readonly params: Promise<{ readonly token: string }> }) {
  const { token } = await params;
  if (!(await findSetupLink(database(), token, new Date()))) {
    return (
      <FrontDoor title="This link does not work">
        <p>
          It was used already, or it is too old. If nobody could create the administrator, start Latchwatch again: it
          prints a new link.
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
    <FrontDoor title="Create the administrator">
      <ActionForm action={createAdministratorAction} hidden={{ link: token }}>
        <div className="space-y-4">
          <Field label="Your name" name="name" autoComplete="name" required maxLength={100} />
          <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
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
          <SubmitButton kind="primary" pendingText="Creating…">
            Create and sign in
          </SubmitButton>
        </div>
      </ActionForm>
    </FrontDoor>
  );
}
