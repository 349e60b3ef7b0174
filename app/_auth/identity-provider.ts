import { APIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import type { OidcSettings } from '#lib/settings.ts';
import { admitByProvider } from '#prisma/commands/admit-by-provider.ts';
import { database } from '#app/_queries/database.ts';
import { readClaims } from './oidc-claims.ts';
import type { Discovery } from './oidc-discovery.ts';

/** The provider's name in the addresses of better-auth and in account rows. */
export const providerId = 'oidc';

/**
 * better-auth's client for one OpenID Connect provider: code flow with PKCE (S256), state and nonce. It verifies the ID
 * token's signature, issuer, audience, time and nonce before `getUserInfo` is asked; whom we let in is decided there.
 */
export function identityProvider(settings: OidcSettings, discovery: Discovery) {
  return genericOAuth({
    config: [
      {
        providerId,
        name: settings.name,
        clientId: settings.clientId,
        clientSecret: settings.clientSecret,
        discoveryUrl: discovery.url,
        authorizationUrl: discovery.authorizationEndpoint,
        tokenUrl: discovery.tokenEndpoint,
        ...(discovery.basicAuthentication ? { authentication: 'basic' as const } : {}),
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        requireIdTokenVerification: true,
        disableSignUp: true,
        getUserInfo: async (tokens) => {
          const claims = await readClaims({ tokens, settings, userinfoEndpoint: discovery.userinfoEndpoint });
          if (!claims.ok) throw new APIError('FORBIDDEN', { code: 'claims_unreadable', message: claims.error });
          const { subject, email, emailVerified, name, role } = claims.value;
          const admitted = await admitByProvider(database(), {
            ...{ subject, email, emailVerified, name, role, providerId, now: new Date() },
          });
          if (!admitted.ok) throw new APIError('FORBIDDEN', { code: admitted.error, message: admitted.error });
          return { id: subject, sub: subject, email, emailVerified, name };
        },
      },
    ],
  });
}
