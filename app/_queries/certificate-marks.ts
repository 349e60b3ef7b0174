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

const signatureRow = z.object({ id: z.string(), host: z.string(), expires: z.number() });

async function readSignatures(ids: readonly string[]): Promise<readonly (CertificateMark & MarkedEndpoint)[]> {
  const rows = await database().$queryRaw`
    SELECT endpoint.id, endpoint.host, (look.evidence #>> '{lookup,facts,dnssec,expiresAt}')::float8 AS expires
    FROM unnest(${[...ids]}::text[]) AS wanted (id) JOIN endpoint ON endpoint.id = wanted.id CROSS JOIN LATERAL (
      SELECT evidence FROM observation_span
      WHERE endpoint_id = endpoint.id AND newest AND kind = 'tlsa' ORDER BY last_seen DESC LIMIT 1
    ) AS look
    WHERE jsonb_typeof(look.evidence #> '{lookup,facts,dnssec,expiresAt}') = 'number' LIMIT ${maxMarks}`;
  return z
    .array(signatureRow)
    .parse(rows)
    .map(({ id: endpointId, host, expires }) => ({
      ...{ endpointId, host, kind: 'signatures', from: expires, to: expires, about: host },
      href: `/endpoints/${endpointId}`,
    }));
}

const rolloverRow = z.object({
  id: z.string(),
  endpoint_id: z.string(),
  host: z.string(),
  published_since: z.date(),
  settled_at: z.number(),
});

async function readTlsaWaits(ids: readonly string[]): Promise<readonly (CertificateMark & MarkedEndpoint)[]> {
  const rows = await database().$queryRaw`
    SELECT rollover.id, endpoint_id, endpoint.host, published_since, (look ->> 'settledAt')::float8 AS settled_at
    FROM rollover JOIN endpoint ON endpoint.id = endpoint_id
    WHERE closed_at IS NULL AND served_since IS NULL AND published_since IS NOT NULL AND endpoint_id = ANY(${[...ids]}::text[])
      AND jsonb_typeof(look -> 'settledAt') = 'number'
    ORDER BY rollover.id LIMIT ${maxMarks}`;
  return z
    .array(rolloverRow)
    .parse(rows)
    .map((row) => ({
      ...{ endpointId: row.endpoint_id, host: row.host, kind: 'tlsa-wait', about: row.host },
      ...{ from: row.published_since.getTime(), to: row.settled_at, href: `/rollovers/${row.id}` },
    }));
}

const silenceRow = z.object({ host: z.string(), starts_at: z.date(), ends_at: z.date(), reason: z.string() });
type HostMark = CertificateMark & { readonly host: string };

/** Of a host or of all names below one, as a silence may be. */
async function readPlannedWork(hosts: readonly string[], now: Date): Promise<readonly HostMark[]> {
  const rows = await database().$queryRaw`
    SELECT wanted.host, starts_at, ends_at, reason FROM unnest(${[...hosts]}::text[]) AS wanted (host)
    JOIN silence ON silence.maintenance AND silence.ended_at IS NULL AND silence.ends_at > ${now}
      AND (silence.host = wanted.host OR (starts_with(silence.host, '*.') AND right(wanted.host, length(silence.host) - 1) = substr(silence.host, 2)))
    ORDER BY starts_at LIMIT ${maxMarks}`;
  return z
    .array(silenceRow)
    .parse(rows)
    .map(({ host, starts_at: from, ends_at: to, reason }) => ({
      ...{ host, kind: 'planned-work', from: from.getTime(), to: to.getTime(), about: reason, href: '/silences' },
    }));
}

const planRow = z.object({ host: z.string(), id: z.string(), approved_at: z.date(), expires_at: z.date() });

async function readApprovedChanges(hosts: readonly string[], now: Date): Promise<readonly HostMark[]> {
  const rows = await database().$queryRaw`
    SELECT wanted.host, id, approved_at, expires_at FROM unnest(${[...hosts]}::text[]) AS wanted (host)
    JOIN change_plan ON approved_at IS NOT NULL AND carried_out_at IS NULL AND withdrawn_at IS NULL AND expires_at > ${now}
      AND (change -> 'hosts' ? wanted.host OR change ->> 'host' = wanted.host)
    ORDER BY expires_at LIMIT ${maxMarks}`;
  return z
    .array(planRow)
    .parse(rows)
    .map((row) => ({
      ...{ host: row.host, kind: 'approved-change', about: row.host, href: `/plan/${row.id}` },
      ...{ from: row.approved_at.getTime(), to: row.expires_at.getTime() },
    }));
}

/** What is dated beside certificates of these servers, as a function from some of them to their marks, the earliest of each kind. */
export async function readCertificateMarks(
  endpoints: readonly MarkedEndpoint[],
  now: Date,
): Promise<(some: readonly MarkedEndpoint[]) => readonly CertificateMark[]> {
  const ids = [...new Set(endpoints.map(({ endpointId }) => endpointId))];
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const [signatures, waits, work, changes] = await Promise.all([
    readSignatures(ids),
    readTlsaWaits(ids),
    readPlannedWork(hosts, now),
    readApprovedChanges(hosts, now),
  ]);
  return (some) => {
    const own = new Set(some.map(({ endpointId }) => endpointId));
    const ownHosts = new Set(some.map(({ host }) => host));
    const groups: readonly (readonly CertificateMark[])[] = [
      signatures.filter(({ endpointId }) => own.has(endpointId)),
      waits.filter(({ endpointId }) => own.has(endpointId)),
      work.filter(({ host }) => ownHosts.has(host)),
      changes.filter(({ host }) => ownHosts.has(host)),
    ];
    return groups.flatMap((marks) => marks.toSorted((a, b) => a.to - b.to).slice(0, 1));
  };
}
