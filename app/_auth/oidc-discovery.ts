import { z } from 'zod';
import { errorText } from '#lib/error-text.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { fetchJson } from './fetch-json.ts';

/** What a provider says of itself (OpenID Connect Discovery 1.0 section 3). */
export interface Discovery {
  readonly url: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Null: all claims are in the ID token. */
  readonly userinfoEndpoint: string | null;
  /** The provider takes the client's secret only in the Authorization header. */
  readonly basicAuthentication: boolean;
}

const document = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url().optional(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()).min(1),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});

/**
 * Asks the provider at `issuer` for its endpoints. The error is a sentence for whoever runs the console.
 * Section 4.3: the issuer in the document must be the one that was asked for.
 */
export async function discoverProvider(issuer: string): Promise<Result<Discovery>> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let json: unknown;
  try {
    json = await fetchJson(url);
  } catch (error) {
    return err(`The identity provider does not answer at ${url}: ${errorText(error)}.`);
  }
  const parsed = document.safeParse(json);
  if (!parsed.success) return err(`What ${url} says is no description of an OpenID Connect provider.`);
  const found = parsed.data;
  if (found.issuer !== issuer) {
    return err(`LATCHWATCH_OIDC_ISSUER is ${issuer}, and the provider there calls itself ${found.issuer}.`);
  }
  if (found.code_challenge_methods_supported?.includes('S256') === false) {
    return err('The identity provider does not do PKCE with S256, without which nobody is sent there.');
  }
  const methods = found.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return ok({
    url,
    authorizationEndpoint: found.authorization_endpoint,
    tokenEndpoint: found.token_endpoint,
    userinfoEndpoint: found.userinfo_endpoint ?? null,
    basicAuthentication: !methods.includes('client_secret_post'),
  });
}
