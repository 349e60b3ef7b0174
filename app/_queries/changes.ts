import { z } from 'zod';
import { describeChange } from '#lib/drift/describe.ts';
import { leavesOfSession } from '#lib/drift/describe-session.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { Prisma } from '#prisma/generated/client.ts';
import { database } from './database.ts';
import type { ListPlace } from './list-place.ts';

/** What a list of changes is about. */
export type ChangeScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'endpoint'; readonly endpointId: string }
  /** The domain, its endpoints and its zones. */
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'host'; readonly host: string };

/** Something that is not as it was, or what a person said of it. */
export interface ChangeRecord {
  readonly id: string;
  readonly at: Date;
  /** What it is about. */
  readonly subject:
    | { readonly kind: 'endpoint'; readonly id: string; readonly host: string; readonly port: number }
    | { readonly kind: 'domain'; readonly name: string }
    | { readonly kind: 'zone'; readonly name: string };
  /** One of the kinds of spans, or `decision`. */
  readonly piece: string;
  /** The address that showed it; null: the subject as a whole. */
  readonly address: string | null;
  readonly vantage: string | null;
  /** One line a difference; text from strangers. */
  readonly lines: readonly string[];
  /** Null: nobody decided anything here. */
  readonly decision: { readonly word: 'approved' | 'rejected'; readonly by: string; readonly note: string } | null;
}

interface ChangePage {
  readonly changes: readonly ChangeRecord[];
  /** Null: these are the last. */
  readonly next: ListPlace | null;
}

const owner = {
  endpoint_id: z.string().nullable(),
  host: z.string().nullable(),
  port: z.number().nullable(),
  domain: z.string().nullable(),
  zone: z.string().nullable(),
};
const spanRow = z.object({
  ...owner,
  id: z.string(),
  at: z.date(),
  kind: z.string(),
  address: z.string(),
  vantage: z.string(),
  before: z.string(),
  after: z.string(),
});
const decisionRow = z.object({
  ...owner,
  id: z.string(),
  at: z.date(),
  word: z.enum(['approved', 'rejected']),
  by: z.string(),
  note: z.string(),
});

/**
 * What changed, the newest first, with what people said of it. A first sight is no change; neither is the other order of
 * a list, nor addresses that come and go within a day, as rotating names show them.
 */
export async function listChanges(options: {
  readonly scope: ChangeScope;
  readonly after: ListPlace | null;
  readonly limit: number;
}): Promise<ChangePage> {
  const { limit } = options;
  const [spans, decisions] = await Promise.all([readSpans(options), readDecisions(options)]);
  const rows = [...spans, ...decisions].toSorted(
    (a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const certificates = await readCertificates(page.flatMap((row) => ('kind' in row ? [row] : [])));
  const changes = page.flatMap((row): readonly ChangeRecord[] => {
    const subject = subjectOf(row);
    if (subject === null) return [];
    const common = { id: row.id, at: row.at, subject };
    if (!('kind' in row)) {
      const { word, by, note } = row;
      const said = { piece: 'decision', address: null, vantage: null, lines: [], decision: { word, by, note } };
      return [{ ...common, ...said }];
    }
    const { kind, vantage } = row;
    const facts = { before: readStoredJson(row.before), after: readStoredJson(row.after) };
    const lines = describeChange({ kind, ...facts, certificates });
    const address = row.address === '' ? null : row.address;
    return lines.length === 0 ? [] : [{ ...common, piece: kind, address, vantage, lines, decision: null }];
  });
  return { changes, next: rows.length > limit && last !== undefined ? { at: last.at, id: last.id } : null };
}

interface Wanted {
  readonly scope: ChangeScope;
  readonly after: ListPlace | null;
  readonly limit: number;
}

/** The scope as what SQL compares with; null: not asked for. */
function filterOf(scope: ChangeScope) {
  return {
    endpointId: scope.kind === 'endpoint' ? scope.endpointId : null,
    domain: scope.kind === 'domain' ? scope.domain : null,
    host: scope.kind === 'host' ? scope.host : null,
  };
}

/** A statement of its own for each scope, so that its plan is kept; arrays, not joins, so that an index finds the spans. */
function isInScope(scope: ChangeScope): Prisma.Sql {
  switch (scope.kind) {
    case 'all':
      return Prisma.sql`true`;
    case 'endpoint':
      return Prisma.sql`span.endpoint_id = ${scope.endpointId}`;
    case 'host':
      return Prisma.sql`span.endpoint_id = ANY(ARRAY(SELECT id FROM endpoint WHERE host = ${scope.host}))`;
    case 'domain':
      return Prisma.sql`(span.domain_id = ANY(ARRAY(SELECT id FROM domain WHERE name = ${scope.domain}))
        OR span.endpoint_id = ANY(ARRAY(
          SELECT link.endpoint_id FROM domain_endpoint AS link JOIN domain AS owner ON owner.id = link.domain_id
          WHERE owner.name = ${scope.domain} AND link.removed_at IS NULL))
        OR span.zone_id = ANY(ARRAY(
          SELECT link.zone_id FROM domain_zone AS link JOIN domain AS owner ON owner.id = link.domain_id
          WHERE owner.name = ${scope.domain})))`;
  }
}

/** Names are looked up for the rows of the page alone. */
async function readSpans({ scope, after, limit }: Wanted): Promise<readonly z.infer<typeof spanRow>[]> {
  const isOlder =
    after === null
      ? Prisma.sql`true`
      : Prisma.sql`(span.first_seen, span.id) < (${after.at}::timestamptz, ${after.id})`;
  const rows = await database().$queryRaw`
    SELECT span.id, span.first_seen AS at, span.kind, span.address, span.vantage, span.endpoint_id,
      endpoint.host, endpoint.port, domain.name AS domain, zone.name AS zone, span.before::text AS before, span.after::text AS after
    FROM (
      SELECT span.id, span.first_seen, span.kind, span.address, span.vantage, span.endpoint_id, span.domain_id, span.zone_id,
        before.facts AS before, span.facts AS after
      FROM observation_span AS span
      CROSS JOIN LATERAL (
        SELECT facts FROM observation_span AS earlier
        WHERE (earlier.endpoint_id = span.endpoint_id OR earlier.domain_id = span.domain_id OR earlier.zone_id = span.zone_id)
          AND earlier.kind = span.kind AND earlier.address = span.address AND earlier.vantage = span.vantage
          AND earlier.first_seen < span.first_seen
        ORDER BY earlier.first_seen DESC LIMIT 1
      ) AS before
      WHERE ${isOlder} AND ${isInScope(scope)}
        AND NOT (span.kind = 'addresses' AND EXISTS (
          SELECT 1 FROM observation_span AS same
          WHERE same.endpoint_id = span.endpoint_id AND same.kind = span.kind AND same.hash = span.hash
            AND same.vantage = span.vantage AND same.first_seen < span.first_seen
            AND same.last_seen > span.first_seen - interval '1 day'))
      ORDER BY span.first_seen DESC, span.id DESC LIMIT ${limit + 1}
    ) AS span
    LEFT JOIN endpoint ON endpoint.id = span.endpoint_id
    LEFT JOIN domain ON domain.id = span.domain_id
    LEFT JOIN zone ON zone.id = span.zone_id
    ORDER BY span.first_seen DESC, span.id DESC`;
  return z.array(spanRow).parse(rows);
}

async function readDecisions({ scope, after, limit }: Wanted): Promise<readonly z.infer<typeof decisionRow>[]> {
  const { endpointId, domain, host } = filterOf(scope);
  const rows = await database().$queryRaw`
    SELECT 'decision-' || lpad(decision.id::text, 19, '0') AS id, decision.at, decision.decision AS word, decision.by,
      decision.note, decision.endpoint_id, endpoint.host, endpoint.port, NULL AS domain, NULL AS zone
    FROM change_decision AS decision JOIN endpoint ON endpoint.id = decision.endpoint_id
    WHERE (${after?.at ?? null}::timestamptz IS NULL
        OR (decision.at, 'decision-' || lpad(decision.id::text, 19, '0')) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::text))
      AND (${endpointId}::text IS NULL OR decision.endpoint_id = ${endpointId})
      AND (${host}::text IS NULL OR endpoint.host = ${host})
      AND (${domain}::text IS NULL OR decision.endpoint_id IN (
        SELECT link.endpoint_id FROM domain_endpoint AS link JOIN domain AS owner ON owner.id = link.domain_id
        WHERE owner.name = ${domain} AND link.removed_at IS NULL))
    ORDER BY decision.at DESC, decision.id DESC LIMIT ${limit + 1}`;
  return z.array(decisionRow).parse(rows);
}

async function readCertificates(rows: readonly z.infer<typeof spanRow>[]): Promise<ReadonlyMap<string, string>> {
  const named = rows
    .filter(({ kind }) => kind === 'session')
    .flatMap(({ before, after }) => [before, after].flatMap((facts) => leavesOfSession(readStoredJson(facts))));
  if (named.length === 0) return new Map();
  const stored = await database().certificate.findMany({
    where: { fingerprint: { in: [...new Set(named)] } },
    select: { fingerprint: true, der: true },
  });
  return new Map(stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]));
}

type Owner = Pick<z.infer<typeof spanRow>, 'endpoint_id' | 'host' | 'port' | 'domain' | 'zone'>;

function subjectOf({ endpoint_id: id, host, port, domain, zone }: Owner): ChangeRecord['subject'] | null {
  if (id !== null && host !== null && port !== null) return { kind: 'endpoint', id, host, port };
  if (domain !== null) return { kind: 'domain', name: domain };
  return zone === null ? null : { kind: 'zone', name: zone };
}
