import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { logError } from '#app/_api/log-error.ts';
import { database } from '#app/_queries/database.ts';
import type { identityProvider } from './identity-provider.ts';
import { trustedOrigins } from './origins.ts';
import { cookiePrefix, sessionSeconds } from './session-cookie.ts';
import { noteSession, refuseDisabled } from './session-hooks.ts';
import { readWebSettings } from './web-settings.ts';

export const minPasswordLength = 12;

/** `providers`: the plugin that knows the identity provider; it asks the provider when it is made. */
export function makeAuth(providers: readonly ReturnType<typeof identityProvider>[] = []) {
  const { publicUrl, secret } = readWebSettings();
  return betterAuth({
    appName: 'Latchwatch',
    baseURL: publicUrl.origin,
    basePath: '/api/auth',
    secret,
    trustedOrigins: [...trustedOrigins(publicUrl)],
    database: prismaAdapter(database(), { provider: 'postgresql' }),
    emailAndPassword: {
      enabled: true,
      // People come in by a one-time link only.
      disableSignUp: true,
      minPasswordLength,
    },
    plugins: [...providers],
    user: {
      additionalFields: {
        role: { type: 'string', required: false, defaultValue: 'viewer', input: false },
        disabledAt: { type: 'date', required: false, input: false },
      },
    },
    account: { updateAccountOnSignIn: false },
    // Sliding: each look extends it, at most every quarter of an hour.
    session: { expiresIn: sessionSeconds, updateAge: 15 * 60, cookieCache: { enabled: false } },
    databaseHooks: {
      session: { create: { before: refuseDisabled, after: noteSession } },
      account: {
        create: {
          // Nothing here uses the tokens of the provider, so they are not kept.
          before: (account) =>
            Promise.resolve({ data: { ...account, accessToken: null, refreshToken: null, idToken: null } }),
        },
      },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      // Also how long a row is kept, which the count of sign-ins an account relies on.
      window: 15 * 60,
      max: 1000,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/sign-in/social': { window: 60, max: 20 },
        '/callback/oidc': { window: 60, max: 20 },
      },
    },
    onAPIError: { errorURL: `${publicUrl.origin}/login` },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix,
      useSecureCookies: publicUrl.protocol === 'https:',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    logger: {
      level: 'error',
      log: (_level, message, ...details) => logError(`better-auth: ${message}`, { error: details[0] }),
    },
  });
}

let made: ReturnType<typeof makeAuth> | null = null;

/** Made by the first request: a build must not need a secret or a database. */
export function auth(): ReturnType<typeof makeAuth> {
  made ??= makeAuth();
  return made;
}
