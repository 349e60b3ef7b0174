import { z } from 'zod';
import { database } from './database.ts';

/** Something dated beside a certificate that its renewal has to fit in with. Milliseconds since the epoch. */
export interface CertificateMark {
  /**
   * `signatures`: the DNSSEC signatures of its TLSA records end. `tlsa-wait`: caches may hold TLSA records without the next
   * key. `planned-work`: a silence for maintenance. `approved-change`: the time in which an approved change may be made.
   */
  readonly kind: 'signatures' | 'tlsa-wait' | 'planned-work' | 'approved-change';
  readonly from: number;
  /** The same as `from` for an instant. */
  readonly to: number;
  /** A host, or what the work is. Text of people and of strangers. */
  readonly about: string;
  readonly href: string;
}

/** A server that marks are wanted for. */
export interface MarkedEndpoint {
  readonly endpointId: string;
  readonly host: string;
}

/** Marks of each kind that are read: a page shows a few dozen certificates. */
const maxMarks = 200;

const markRow = z.object({
  kind: z.enum(['signatures', 'tlsa-wait', 'planned-work', 'approved-change']),
  /** Null: of the whole host. */
  endpoint_id: z.string().nullable(),
  host: z.string(),
  from: z.number(),
  to: z.number(),
  about: z.string(),
  /** Of what the page shows that it links to. */
  id: z.string(),
});
type MarkRow = z.infer<typeof markRow>;

/** Silences are of a host, or of all names below one. */
async function readMarks(
  { ids, hosts }: { readonly ids: readonly string[]; readonly hosts: readonly string[] },
  now: Date,
): Promise<readonly MarkRow[]> {
  const rows = await database().$queryRaw`
    (
      SELECT 'signatures' AS kind, endpoint.id AS endpoint_id, endpoint.host, expires AS "from", expires AS "to",
        endpoint.host AS about, endpoint.id
      FROM unnest(${[...ids]}::text[]) AS wanted (id) JOIN endpoint ON endpoint.id = wanted.id CROSS JOIN LATERAL (
        SELECT evidence #> '{lookup,facts,dnssec,expiresAt}' AS expires_at FROM observation_span
        WHERE endpoint_id = endpoint.id AND newest AND kind = 'tlsa' ORDER BY last_seen DESC LIMIT 1
      ) AS look CROSS JOIN LATERAL (
        SELECT CASE WHEN jsonb_typeof(expires_at) = 'number' THEN expires_at::float8 END AS expires
      ) AS told WHERE expires IS NOT NULL LIMIT ${maxMarks}
    ) UNION ALL (
      SELECT 'tlsa-wait', endpoint_id, endpoint.host, (extract(epoch FROM published_since) * 1000)::float8,
        (look ->> 'settledAt')::float8, endpoint.host, rollover.id
      FROM rollover JOIN endpoint ON endpoint.id = endpoint_id
      WHERE closed_at IS NULL AND served_since IS NULL AND published_since IS NOT NULL AND endpoint_id = ANY(${[...ids]}::text[])
        AND jsonb_typeof(look -> 'settledAt') = 'number'
      ORDER BY rollover.id LIMIT ${maxMarks}
    ) UNION ALL (
      SELECT 'planned-work', NULL, wanted.host, (extract(epoch FROM starts_at) * 1000)::float8,
        (extract(epoch FROM ends_at) * 1000)::float8, reason, silence.id
      FROM unnest(${[...hosts]}::text[]) AS wanted (host)
      JOIN silence ON silence.maintenance AND silence.ended_at IS NULL AND silence.ends_at > ${now}
        AND (silence.host = wanted.host OR (starts_with(silence.host, '*.') AND right(wanted.host, length(silence.host) - 1) = substr(silence.host, 2)))
      ORDER BY starts_at LIMIT ${maxMarks}
    ) UNION ALL (
      SELECT 'approved-change', NULL, wanted.host, (extract(epoch FROM approved_at) * 1000)::float8,
        (extract(epoch FROM expires_at) * 1000)::float8, wanted.host, change_plan.id
      FROM unnest(${[...hosts]}::text[]) AS wanted (host)
      JOIN change_plan ON approved_at IS NOT NULL AND carried_out_at IS NULL AND withdrawn_at IS NULL AND expires_at > ${now}
        AND (change -> 'hosts' ? wanted.host OR change ->> 'host' = wanted.host)
      ORDER BY expires_at LIMIT ${maxMarks}
    )`;
  return z.array(markRow).parse(rows);
}

function hrefOf({ kind, id }: MarkRow): string {
  switch (kind) {
    case 'signatures':
      return `/endpoints/${id}`;
    case 'tlsa-wait':
      return `/rollovers/${id}`;
    case 'planned-work':
      return '/silences';
    case 'approved-change':
      return `/plan/${id}`;
  }
}

const kinds = markRow.shape.kind.options;

/** What is dated beside certificates of these servers, as a function from some of them to their marks, the earliest of each kind. */
export async function readCertificateMarks(
  endpoints: readonly MarkedEndpoint[],
  now: Date,
): Promise<(some: readonly MarkedEndpoint[]) => readonly CertificateMark[]> {
  const ids = [...new Set(endpoints.map(({ endpointId }) => endpointId))];
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const marks = ids.length === 0 ? [] : await readMarks({ ids, hosts }, now);
  return (some) => {
    const own = new Set(some.map(({ endpointId }) => endpointId));
    const ownHosts = new Set(some.map(({ host }) => host));
    const here = marks
      .filter(({ endpoint_id: id, host }) => (id === null ? ownHosts.has(host) : own.has(id)))
      .toSorted((a, b) => a.to - b.to);
    return kinds.flatMap((kind) => {
      const first = here.find((mark) => mark.kind === kind);
      if (first === undefined) return [];
      const { from, to, about } = first;
      return [{ kind, from, to, about, href: hrefOf(first) }];
    });
  };
}
