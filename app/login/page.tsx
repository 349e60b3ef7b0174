import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { Field } from '#components/ui/field.tsx';
import { FrontDoor } from '#components/front-door.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { signInAction } from '#app/_actions/session.ts';
import { currentPerson } from '#app/_auth/session.ts';
import { describeSignInError } from '#app/_auth/sign-in-words.ts';
import { readWayBack } from '#app/_auth/way-back.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const next = readWayBack(await readParameter(searchParams, 'next'));
  if ((await currentPerson()) !== null) redirect(next);
  const error = await readParameter(searchParams, 'error');
  const { oidc, publicUrl } = readWebSettings();
  return (
    <FrontDoor title="Sign in">
      {error === null ? null : (
        <div className="mb-5">
          <Banner tone="fail">{describeSignInError(error)}</Banner>
        </div>
      )}
      {oidc === null ? null : (
        <div className="mb-5 border-b border-line pb-5">
          {/* The address of the setting: the answer comes back there, and must find its cookie. */}
          <a
            href={`${publicUrl.origin}/login/oidc?${new URLSearchParams({ next }).toString()}`}
            className={`${buttonLook('primary')} w-full`}
          >
            Sign in with {oidc.name}
          </a>
        </div>
      )}
      <ActionForm action={signInAction} hidden={{ next }}>
        <div className="space-y-4">
          <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
          <Field label="Password" name="password" type="password" autoComplete="current-password" required />
          <SubmitButton kind={oidc === null ? 'primary' : 'plain'} pendingText="Signing in…">
            Sign in
          </SubmitButton>
        </div>
      </ActionForm>
      <p className="mt-6 text-sm text-muted">
        No account yet? An administrator can invite you. The first start of Latchwatch prints a one-time link that
        creates the administrator; <code className="font-mono">latchwatch person reset-link</code> makes one for a new
        password.
      </p>
    </FrontDoor>
  );
}
