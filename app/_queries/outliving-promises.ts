import { z } from 'zod';
import { parseMtaStsPolicy } from '#lib/advert/mta-sts.ts';
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

/** `place`: of the domain, endpoint or zone in its list. */
type Found = Omit<OutlivingPromise, 'until'> & { readonly place: string; readonly seenAt: Date };

const latest = Date.UTC(9999, 11, 31);

/** The last place that is looked at, where there is one more behind it; null: all were. */
function restOf([last, beyond]: readonly string[]): string | null {
  return beyond === undefined ? null : (last ?? null);
}

/** `rest`: where looking goes on when all that was found is shown; asked for only then. */
async function toPage(
  found: readonly Found[],
  { limit, rest }: { readonly limit: number; readonly rest: () => Promise<string | null> },
): Promise<OutlivingPage> {
  const shown = found.slice(0, limit);
  return {
    promises: shown.map(({ id, name, note, durationSeconds, seenAt }) => ({
      ...{ id, name, note, durationSeconds },
      until: new Date(Math.min(seenAt.getTime() + durationSeconds * 1000, latest)),
    })),
    next: found.length > limit ? (shown.at(-1)?.place ?? null) : await rest(),
  };
}

/** A TTL (RFC 2181 section 8). */
const seconds = z.number().int().min(0).max(2_147_483_647);

const named = z.object({ name: z.string() });

/** Where looking goes on in a list of names. */
async function restOfNames(question: Promise<unknown>): Promise<string | null> {
  const rows = z.array(named).parse(await question);
  return restOf(rows.map(({ name }) => name));
}

const policyRow = named.extend({ id: z.string(), body: z.string(), last_seen: z.date() });

/** MTA-STS policies by domain: senders keep one for its max_age (RFC 8461 section 3.2). */
export async function listPolicies(query: PageQuery): Promise<OutlivingPage> {
  const after = query.after ?? '';
  // The order of the inner part is that of the whole: reading ends with the page, before the large evidence of the rest.
  const rows = await database().$queryRaw`
      SELECT domain.id, domain.name, look.evidence #>> '{configuration,mtaStsPolicy,facts,body}' AS body, look.last_seen
      FROM (SELECT id, name FROM domain WHERE name > ${after} ORDER BY name LIMIT ${maxLookedAt}) AS domain
      CROSS JOIN LATERAL (
        SELECT evidence, last_seen FROM observation_span
        WHERE domain_id = domain.id AND newest AND kind = 'discovery' ORDER BY last_seen DESC LIMIT 1
      ) AS look
      WHERE look.evidence #>> '{configuration,mtaStsPolicy,facts,status}' = '200'
      ORDER BY domain.name LIMIT ${query.limit + 1}`;
  const found = z
    .array(policyRow)
    .parse(rows)
    .map(({ id, name, body, last_seen: seenAt }) => {
      const policy = parseMtaStsPolicy(body);
      return {
        ...{ id, name, place: name, seenAt },
        note: policy.ok ? `mode ${policy.value.mode}` : `unreadable: it ${policy.error}`,
        durationSeconds: policy.ok ? policy.value.maxAgeSeconds : 0,
      };
    });
  return toPage(found, {
    limit: query.limit,
    rest: () =>
      restOfNames(
        database()
          .$queryRaw`SELECT name FROM domain WHERE name > ${after} ORDER BY name OFFSET ${maxLookedAt - 1} LIMIT 2`,
      ),
  });
}

const placed = z.object({ id: z.string(), host: z.string(), port: z.number() });
const tlsaRow = placed.extend({ name: z.string(), seconds, state: z.string(), last_seen: z.date() });

/** TLSA records by host: a resolver gives an old one out for its TTL. */
export async function listTlsaLifetimes(query: PageQuery): Promise<OutlivingPage> {
  const [host = '', port = '0', lastId = ''] = (query.after ?? '').split(' ');
  const number = Number(port);
  const beyond = Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : 0;
  // As for policies.
  const rows = await database().$queryRaw`
      SELECT endpoint.id, host, port, look.evidence->>'owner' AS name, look.last_seen,
        (look.evidence #>> '{lookup,facts,ttlSeconds}')::float8 AS seconds,
        COALESCE(look.evidence #>> '{lookup,facts,dnssec,state}', '') AS state
      FROM (
        SELECT id, host, port FROM endpoint
        WHERE (host, port, id) > (${host}, ${beyond}::int, ${lastId}) AND EXISTS (
          SELECT FROM domain_endpoint WHERE endpoint_id = endpoint.id AND removed_at IS NULL AND NOT dismissed)
        ORDER BY host, port, id LIMIT ${maxLookedAt}
      ) AS endpoint
      CROSS JOIN LATERAL (
        SELECT evidence, last_seen FROM observation_span
        WHERE endpoint_id = endpoint.id AND newest AND kind = 'tlsa' ORDER BY last_seen DESC LIMIT 1
      ) AS look
      WHERE jsonb_typeof(look.evidence #> '{lookup,facts,ttlSeconds}') = 'number'
        AND jsonb_array_length(look.evidence #> '{lookup,facts,records}') > 0
      ORDER BY host, port, endpoint.id LIMIT ${query.limit + 1}`;
  const found = z
    .array(tlsaRow)
    .parse(rows)
    .map(({ seconds: durationSeconds, state, last_seen: seenAt, ...endpoint }) => ({
      ...{ id: endpoint.id, name: endpoint.name, place: endpointPlace(endpoint), durationSeconds, seenAt },
      note: state === 'secure' ? null : `DNSSEC ${state}: clients do not go by it`,
    }));
  return toPage(found, {
    limit: query.limit,
    rest: async () =>
      restOf(
        z
          .array(placed)
          .parse(
            await database().$queryRaw`
      SELECT id, host, port FROM endpoint
      WHERE (host, port, id) > (${host}, ${beyond}::int, ${lastId}) AND EXISTS (
        SELECT FROM domain_endpoint WHERE endpoint_id = endpoint.id AND removed_at IS NULL AND NOT dismissed)
      ORDER BY host, port, id OFFSET ${maxLookedAt - 1} LIMIT 2`,
          )
          .map(endpointPlace),
      ),
  });
}

function endpointPlace({ id, host, port }: z.infer<typeof placed>): string {
  return `${host} ${String(port)} ${id}`;
}

const dsRow = named.extend({ id: z.string(), seconds, last_seen: z.date() });

/** DS records by zone: resolvers expect the keys that an old one names for its TTL. */
export async function listDsLifetimes(query: PageQuery): Promise<OutlivingPage> {
  const after = query.after ?? '';
  // As for policies: the evidence of a zone is the largest of all.
  const rows = await database().$queryRaw`
      SELECT zone.id, zone.name, (link->>'dsTtlSeconds')::float8 AS seconds, look.last_seen
      FROM (SELECT id, name FROM zone WHERE name > ${after} ORDER BY name LIMIT ${maxLookedAt}) AS zone
      CROSS JOIN LATERAL (
        SELECT evidence, last_seen FROM observation_span
        WHERE zone_id = zone.id AND newest AND kind = 'zone' ORDER BY last_seen DESC LIMIT 1
      ) AS look
      CROSS JOIN LATERAL jsonb_array_elements(look.evidence #> '{validations,0,links}') AS link
      WHERE link->>'zone' = zone.name AND jsonb_typeof(link->'dsTtlSeconds') = 'number'
      ORDER BY zone.name LIMIT ${query.limit + 1}`;
  const found = z
    .array(dsRow)
    .parse(rows)
    .map(({ id, name, seconds: durationSeconds, last_seen: seenAt }) => ({
      ...{ id, name, place: name, durationSeconds, seenAt, note: null },
    }));
  return toPage(found, {
    limit: query.limit,
    rest: () =>
      restOfNames(
        database()
          .$queryRaw`SELECT name FROM zone WHERE name > ${after} ORDER BY name OFFSET ${maxLookedAt - 1} LIMIT 2`,
      ),
  });
}
