import { z } from 'zod';
import { errorText } from '#lib/error-text.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { findRole, roles, type Role } from '#lib/model/role.ts';
import type { OidcSettings } from '#lib/settings.ts';
import { fetchJson } from './fetch-json.ts';

/** What the provider says of somebody (OpenID Connect Core 1.0 section 5.1). */
export interface Claims {
  readonly subject: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
  /** Null: the provider does not give roles, or none that we know. */
  readonly role: Role | null;
}

type ClaimSet = Readonly<Record<string, unknown>>;

const claimSet = z.record(z.string(), z.unknown());
const standard = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(254),
  // Some providers write it as a word.
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  name: z.string().trim().min(1).max(200).optional().catch(undefined),
});

/** The claims in an ID token whose signature was verified before. */
function decodeIdToken(token: string): ClaimSet | null {
  try {
    const json: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return claimSet.parse(json);
  } catch {
    return null;
  }
}

/** A claim by its name, or by the way to it: some providers nest, as `realm_access.roles`. */
function findClaim(claims: ClaimSet, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, part) => {
    const inner = claimSet.safeParse(value);
    return inner.success && Object.hasOwn(inner.data, part) ? inner.data[part] : undefined;
  }, claims);
}

/** The role in a claim: a word, or a list in which the mightiest of our roles counts. */
function readRole(value: unknown): Role | null {
  const words: readonly unknown[] = Array.isArray(value) ? value : [value];
  return roles.findLast((role) => words.some((word) => findRole(word) === role)) ?? null;
}

/**
 * The claims of whoever comes back from the provider: from the ID token, and from the userinfo endpoint what is missing
 * there. Section 5.3.2: both must be about the same subject. The error is one sentence.
 */
export async function readClaims({
  tokens,
  settings,
  userinfoEndpoint,
}: {
  readonly tokens: { readonly idToken?: string | undefined; readonly accessToken?: string | undefined };
  readonly settings: OidcSettings;
  readonly userinfoEndpoint: string | null;
}): Promise<Result<Claims>> {
  const own = tokens.idToken === undefined ? null : decodeIdToken(tokens.idToken);
  if (own === null) return err('The provider sent no ID token.');
  const isMissing =
    own['email'] === undefined || (settings.roleClaim !== null && findClaim(own, settings.roleClaim) === undefined);
  let claims = own;
  if (isMissing && userinfoEndpoint !== null && tokens.accessToken !== undefined) {
    try {
      const answer = await fetchJson(userinfoEndpoint, { authorization: `Bearer ${tokens.accessToken}` });
      const more = claimSet.parse(answer);
      if (more['sub'] !== own['sub']) return err('The provider told of somebody else.');
      claims = { ...more, ...own };
    } catch (error) {
      return err(`The provider does not tell who it is: ${errorText(error)}.`);
    }
  }
  const parsed = standard.safeParse(claims);
  if (!parsed.success) return err('The provider does not tell the e-mail address.');
  const { sub, email, email_verified: verified, name } = parsed.data;
  return ok({
    subject: sub,
    email: email.toLowerCase(),
    emailVerified: verified === true || verified === 'true',
    name: name ?? email,
    role: settings.roleClaim === null ? null : readRole(findClaim(claims, settings.roleClaim)),
  });
}
