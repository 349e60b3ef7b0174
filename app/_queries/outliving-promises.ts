import { z } from 'zod';
import { parseMtaStsPolicy } from '#lib/advert/mta-sts.ts';
import { watchedEndpoint } from '#prisma/commands/zones.ts';
import { database } from './database.ts';

/*
 * Promises besides security tags that others keep after a configuration has changed: what a cache holds is believed until
 * it runs out. The records stand inside of large evidence, so a page looks at a bounded part of what is watched.
 */

/** One of them. */
export interface OutlivingPromise {
  readonly id: string;
  /** Domain, owner of TLSA records or zone. */
  readonly name: string;
  /** E.g. the mode of a policy; null: nothing to add. */
  readonly note: string | null;
  readonly durationSeconds: number;
  /** Until when somebody who fetched it at the time of the latest look goes by it. */
  readonly until: Date;
}

export interface OutlivingPage {
  readonly promises: readonly OutlivingPromise[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

interface PageQuery {
  /** `next` of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/** Domains, endpoints or zones that one page looks at. */
const maxLookedAt = 200;

interface Candidate {
  readonly id: string;
  readonly place: string;
}

type Found = Omit<OutlivingPromise, 'until'> & { readonly seenAt: Date };

const latest = Date.UTC(9999, 11, 31);

function toPage(candidates: readonly Candidate[], found: readonly Found[], { limit }: PageQuery): OutlivingPage {
  const inOrder = candidates.flatMap(({ id, place }) =>
    found.filter((one) => one.id === id).map((promise) => ({ place, promise })),
  );
  const shown = inOrder.slice(0, limit);
  const rest = candidates.length > maxLookedAt ? (candidates[maxLookedAt - 1]?.place ?? null) : null;
  return {
    promises: shown.map(({ promise: { seenAt, ...promise } }) => ({
      ...promise,
      until: new Date(Math.min(seenAt.getTime() + promise.durationSeconds * 1000, latest)),
    })),
    next: inOrder.length > limit ? (shown.at(-1)?.place ?? null) : rest,
  };
}

const idsOf = (candidates: readonly Candidate[]): string[] => candidates.slice(0, maxLookedAt).map(({ id }) => id);

/** A TTL (RFC 2181 section 8). */
const seconds = z.number().int().min(0).max(2_147_483_647);

const policyRow = z.object({ id: z.string(), body: z.string(), last_seen: z.date() });

/** MTA-STS policies by domain: senders keep one for its max_age (RFC 8461 section 3.2). */
export async function listPolicies(query: PageQuery): Promise<OutlivingPage> {
  const domains = await database().domain.findMany({
    where: { name: { gt: query.after ?? '' } },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
    take: maxLookedAt + 1,
  });
  const candidates = domains.map(({ id, name }) => ({ id, place: name }));
  const rows = await database().$queryRaw`
    SELECT look.domain_id AS id, look.evidence #>> '{configuration,mtaStsPolicy,facts,body}' AS body, look.last_seen
    FROM unnest(${idsOf(candidates)}::text[]) AS domain (id) CROSS JOIN LATERAL (
      SELECT domain_id, evidence, last_seen FROM observation_span
      WHERE domain_id = domain.id AND newest AND kind = 'discovery' ORDER BY last_seen DESC LIMIT 1
    ) AS look
    WHERE look.evidence #>> '{configuration,mtaStsPolicy,facts,status}' = '200'`;
  const found = z
    .array(policyRow)
    .parse(rows)
    .map(({ id, body, last_seen: seenAt }) => {
      const policy = parseMtaStsPolicy(body);
      return {
        ...{ id, seenAt, name: domains.find((domain) => domain.id === id)?.name ?? '' },
        note: policy.ok ? `mode ${policy.value.mode}` : `unreadable: it ${policy.error}`,
        durationSeconds: policy.ok ? policy.value.maxAgeSeconds : 0,
      };
    });
  return toPage(candidates, found, query);
}

const tlsaRow = z.object({ id: z.string(), name: z.string(), seconds, state: z.string(), last_seen: z.date() });

/** TLSA records by host: a resolver gives an old one out for its TTL. */
export async function listTlsaLifetimes(query: PageQuery): Promise<OutlivingPage> {
  const [host = '', port = '0', lastId = ''] = (query.after ?? '').split(' ');
  const beyond = Number.isInteger(Number(port)) ? Number(port) : 0;
  const endpoints = await database().endpoint.findMany({
    where: {
      ...watchedEndpoint,
      OR: [{ host: { gt: host } }, { host, port: { gt: beyond } }, { host, port: beyond, id: { gt: lastId } }],
    },
    select: { id: true, host: true, port: true },
    orderBy: [{ host: 'asc' }, { port: 'asc' }, { id: 'asc' }],
    take: maxLookedAt + 1,
  });
  const candidates = endpoints.map((row) => ({ id: row.id, place: `${row.host} ${String(row.port)} ${row.id}` }));
  const rows = await database().$queryRaw`
    SELECT look.endpoint_id AS id, look.evidence->>'owner' AS name, look.last_seen,
      (look.evidence #>> '{lookup,facts,ttlSeconds}')::float8 AS seconds,
      COALESCE(look.evidence #>> '{lookup,facts,dnssec,state}', '') AS state
    FROM unnest(${idsOf(candidates)}::text[]) AS endpoint (id) CROSS JOIN LATERAL (
      SELECT endpoint_id, evidence, last_seen FROM observation_span
      WHERE endpoint_id = endpoint.id AND newest AND kind = 'tlsa' ORDER BY last_seen DESC LIMIT 1
    ) AS look
    WHERE jsonb_typeof(look.evidence #> '{lookup,facts,ttlSeconds}') = 'number'
      AND jsonb_array_length(look.evidence #> '{lookup,facts,records}') > 0`;
  const found = z
    .array(tlsaRow)
    .parse(rows)
    .map(({ id, name, seconds: durationSeconds, state, last_seen: seenAt }) => ({
      ...{ id, name, durationSeconds, seenAt },
      note: state === 'secure' ? null : `DNSSEC ${state}: clients do not go by it`,
    }));
  return toPage(candidates, found, query);
}

const dsRow = z.object({ id: z.string(), seconds, last_seen: z.date() });

/** DS records by zone: resolvers expect the keys that an old one names for its TTL. */
export async function listDsLifetimes(query: PageQuery): Promise<OutlivingPage> {
  const zones = await database().zone.findMany({
    where: { name: { gt: query.after ?? '' } },
    select: { id: true, name: true },
    orderBy: { name: 'asc' },
    take: maxLookedAt + 1,
  });
  const candidates = zones.map(({ id, name }) => ({ id, place: name }));
  const rows = await database().$queryRaw`
    SELECT zone.id, (link->>'dsTtlSeconds')::float8 AS seconds, look.last_seen
    FROM zone CROSS JOIN LATERAL (
      SELECT evidence, last_seen FROM observation_span
      WHERE zone_id = zone.id AND newest AND kind = 'zone' ORDER BY last_seen DESC LIMIT 1
    ) AS look
    CROSS JOIN LATERAL jsonb_array_elements(look.evidence #> '{validations,0,links}') AS link
    WHERE zone.id = ANY(${idsOf(candidates)}::text[])
      AND link->>'zone' = zone.name AND jsonb_typeof(link->'dsTtlSeconds') = 'number'`;
  const found = z
    .array(dsRow)
    .parse(rows)
    .map(({ id, seconds: durationSeconds, last_seen: seenAt }) => ({
      ...{ id, durationSeconds, seenAt, note: null },
      name: zones.find((zone) => zone.id === id)?.name ?? '',
    }));
  return toPage(candidates, found, query);
}
