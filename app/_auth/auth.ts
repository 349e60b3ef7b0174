import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { database } from '#app/_queries/database.ts';
import { trustedOrigins } from './origins.ts';
import { cookiePrefix, sessionSeconds } from './session-cookie.ts';
import { readWebSettings } from './web-settings.ts';

export const minPasswordLength = 12;

function makeAuth() {
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
      // People come in by the one-time link only.
      disableSignUp: true,
      minPasswordLength,
    },
    user: { additionalFields: { role: { type: 'string', required: false, defaultValue: 'viewer', input: false } } },
    // Sliding: each look extends it, at most every quarter of an hour.
    session: { expiresIn: sessionSeconds, updateAge: 15 * 60, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      storage: 'database',
      // Also how long a row is kept, which the count of sign-ins an account relies on.
      window: 15 * 60,
      max: 1000,
      customRules: { '/sign-in/email': { window: 60, max: 10 } },
    },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix,
      useSecureCookies: publicUrl.protocol === 'https:',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    logger: { disabled: false, level: 'error' },
  });
}

let made: ReturnType<typeof makeAuth> | null = null;

/** Made by the first request: a build must not need a secret or a database. */
export function auth(): ReturnType<typeof makeAuth> {
  made ??= makeAuth();
  return made;
}
