import { z } from 'zod';
import { logError } from '#app/_api/log-error.ts';
import { makeAuth } from './auth.ts';
import { identityProvider, providerId } from './identity-provider.ts';
import { discoverProvider } from './oidc-discovery.ts';
import { readWayBack } from './way-back.ts';
import { readWebSettings } from './web-settings.ts';

type Auth = ReturnType<typeof makeAuth>;

let made: { readonly key: string; readonly auth: Auth } | null = null;

/** Made once the provider has said where its endpoints are; null: it does not now, and the log says why. */
async function providerAuth(): Promise<Auth | null> {
  const { oidc } = readWebSettings();
  if (oidc === null) return null;
  const key = JSON.stringify(oidc);
  if (made?.key === key) return made.auth;
  const discovery = await discoverProvider(oidc.issuer);
  if (!discovery.ok) {
    logError('identity provider unusable', { reason: discovery.error });
    return null;
  }
  const auth = makeAuth([identityProvider(oidc, discovery.value)]);
  const { socialProviders } = await auth.$context;
  // The plugin asks once more by itself, and leaves a provider out whose keys or issuer it could not read.
  if (!socialProviders.some(({ id, issuer }) => id === providerId && issuer === oidc.issuer)) return null;
  made = { key, auth };
  return auth;
}

function toLogin(error: string, cookies: readonly string[] = []): Response {
  const url = new URL('/login', readWebSettings().publicUrl);
  url.searchParams.set('error', error);
  return redirectTo(url.href, cookies);
}

function redirectTo(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
}

function forward(incoming: Headers): Headers {
  const headers = new Headers();
  for (const name of ['cookie', 'user-agent', 'x-forwarded-for']) {
    const value = incoming.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

const authorization = z.object({ url: z.url() });

/** What the library takes as a place within the console. Other places of ours, with a `%` in their path, are left out. */
const takenByLibrary = /^\/(?!\/)[\w\-.+/@]*(?:\?[\w\-.+/=&%@]*)?$/;

function wayBackOf(request: Request): string {
  const next = readWayBack(new URL(request.url).searchParams.get('next'));
  return takenByLibrary.test(next) ? next : '/';
}

/** Sends a browser to the identity provider, with state, nonce and PKCE challenge. */
export async function startProviderSignIn(request: Request): Promise<Response> {
  const auth = await providerAuth();
  if (auth === null) return toLogin('provider_unusable');
  const { publicUrl } = readWebSettings();
  const headers = forward(request.headers);
  headers.set('content-type', 'application/json');
  headers.set('origin', publicUrl.origin);
  const body = JSON.stringify({ provider: providerId, callbackURL: wayBackOf(request), errorCallbackURL: '/login' });
  const answer = await auth.handler(
    new Request(new URL('/api/auth/sign-in/social', publicUrl), { method: 'POST', headers, body }),
  );
  if (answer.status === 429) return toLogin('too_many_tries');
  const parsed = authorization.safeParse(await answer.json().catch(() => null));
  if (!answer.ok || !parsed.success) return toLogin('provider_unusable');
  return redirectTo(parsed.data.url, answer.headers.getSetCookie());
}

const refusal = z.object({ code: z.string() });

/** Takes whoever comes back from the provider: with a session to the first page, or with a reason to the login page. */
export async function finishProviderSignIn(request: Request): Promise<Response> {
  const auth = await providerAuth();
  if (auth === null) return toLogin('provider_unusable');
  const { publicUrl } = readWebSettings();
  const target = new URL(`/api/auth/callback/${providerId}`, publicUrl);
  target.search = new URL(request.url).search;
  const answer = await auth.handler(new Request(target, { headers: forward(request.headers) }));
  const cookies = answer.headers.getSetCookie();
  if (answer.status === 429) return toLogin('too_many_tries');
  const location = answer.headers.get('location');
  if (location === null) {
    const parsed = refusal.safeParse(await answer.json().catch(() => null));
    return toLogin(parsed.success ? parsed.data.code.toLowerCase() : 'provider_failed', cookies);
  }
  const next = new URL(location, publicUrl);
  const error = next.searchParams.get('error');
  return error === null ? redirectTo(next.href, cookies) : toLogin(error, cookies);
}
