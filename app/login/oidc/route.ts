import { startProviderSignIn } from '#app/_auth/provider-sign-in.ts';

/** Where the button of the login page leads: on to the identity provider. */
export async function GET(request: Request): Promise<Response> {
  return startProviderSignIn(request);
}
