import { Prisma } from '#prisma/generated/client.ts';

/** Which certificates of watched servers a list has. What is null does not matter. */
export interface CertificateFilter {
  /** What servers show as their own, or the CA certificates that they send with it. */
  readonly role: 'server' | 'ca';
  /** The end lies at `endsFrom` or later, and before `endsBefore`. */
  readonly endsFrom: Date | null;
  readonly endsBefore: Date | null;
  readonly selfSigned: boolean | null;
  readonly weak: boolean | null;
  /** A-label form, lower case. */
  readonly host: string | null;
  readonly domain: string | null;
  /** Somewhere in the subject, a name or the issuer, or the beginning of the fingerprint. */
  readonly text: string | null;
}

export const everyCertificate: CertificateFilter = {
  role: 'server',
  ...{ endsFrom: null, endsBefore: null, selfSigned: null, weak: null, host: null, domain: null, text: null },
};

/** SQL: the endpoint of `place` is watched. */
export const isWatchedPlace = Prisma.sql`EXISTS (
  SELECT FROM domain_endpoint AS watched
  WHERE watched.endpoint_id = place.endpoint_id AND watched.removed_at IS NULL AND NOT watched.dismissed
)`;

/** SQL: `place` shows a certificate now, as its own or, of a CA, beside it. */
export function isShownNow(role: CertificateFilter['role']): Prisma.Sql {
  return role === 'ca'
    ? Prisma.sql`place.until IS NULL AND place.role = 'chain'`
    : Prisma.sql`place.until IS NULL AND place.role <> 'chain'`;
}

/** A text as part of a LIKE pattern. */
function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** SQL: what the filter says of the certificate `c` itself. */
export function isWantedCertificate(filter: CertificateFilter): Prisma.Sql {
  const { role, endsFrom, endsBefore, selfSigned, weak, text } = filter;
  const parts = [
    Prisma.sql`c.not_after IS NOT NULL`,
    role === 'ca' ? Prisma.sql`c.authority` : Prisma.sql`c.in_use`,
    ...(endsFrom === null ? [] : [Prisma.sql`c.not_after >= ${endsFrom}`]),
    ...(endsBefore === null ? [] : [Prisma.sql`c.not_after < ${endsBefore}`]),
    ...(selfSigned === null ? [] : [selfSigned ? Prisma.sql`c.self_signed` : Prisma.sql`NOT c.self_signed`]),
    ...(weak === null ? [] : [weak ? Prisma.sql`c.weaknesses <> '{}'` : Prisma.sql`c.weaknesses = '{}'`]),
  ];
  if (text !== null) {
    const part = `%${likeText(text)}%`;
    const start = `${likeText(text.toLowerCase())}%`;
    parts.push(
      Prisma.sql`(c.subject ILIKE ${part} OR array_to_string(c.names, ' ') ILIKE ${part} OR c.issuer ILIKE ${part} OR c.fingerprint LIKE ${start})`,
    );
  }
  return Prisma.join(parts, ' AND ');
}

/** SQL: what the filter says of the server at `place`. */
export function isWantedPlace({ role, host, domain }: CertificateFilter): Prisma.Sql {
  const parts = [
    isShownNow(role),
    ...(host === null
      ? []
      : [Prisma.sql`place.endpoint_id IN (SELECT id FROM endpoint WHERE endpoint.host = ${host})`]),
    domain === null
      ? isWatchedPlace
      : Prisma.sql`place.endpoint_id IN (
          SELECT watched.endpoint_id FROM domain_endpoint AS watched JOIN domain ON domain.id = watched.domain_id
          WHERE domain.name = ${domain} AND watched.removed_at IS NULL AND NOT watched.dismissed
        )`,
  ];
  return Prisma.join(parts, ' AND ');
}
