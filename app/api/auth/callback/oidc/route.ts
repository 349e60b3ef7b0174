import { finishProviderSignIn } from '#app/_auth/provider-sign-in.ts';

/** Where the identity provider sends people back to. Nothing else of better-auth has an address. */
export async function GET(request: Request): Promise<Response> {
  return finishProviderSignIn(request);
}
