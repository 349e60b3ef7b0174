import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Field } from '#components/ui/field.tsx';
import { FrontDoor } from '#components/front-door.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { signInAction } from '#app/_actions/session.ts';
import { currentPerson } from '#app/_auth/session.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage() {
  if ((await currentPerson()) !== null) redirect('/');
  return (
    <FrontDoor title="Sign in">
      <ActionForm action={signInAction}>
        <div className="space-y-4">
          <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
          <Field label="Password" name="password" type="password" autoComplete="current-password" required />
          <SubmitButton kind="primary" pendingText="Signing in…">
            Sign in
          </SubmitButton>
        </div>
      </ActionForm>
      <p className="mt-6 text-sm text-muted">
        No account yet? The first start of Latchwatch prints a one-time link that creates the administrator.
      </p>
    </FrontDoor>
  );
}
