import { z } from 'zod';
import { Prisma } from '#prisma/generated/client.ts';
import { database } from './database.ts';
import { listIncidentsById, type IncidentRecord } from './incidents.ts';
import { severitiesFrom } from './read-word.ts';

/** As many incidents as a page has room for, with how many there are. */
export interface WorstIncidents {
  /** The worst first. */
  readonly worst: readonly IncidentRecord[];
  /** Also those that `worst` leaves out. */
  readonly total: number;
}

/** What hangs under an incident. */
interface AttachedIncidents {
  /** Its subjects' own incidents. */
  readonly subjects: WorstIncidents;
  /** What it explains. */
  readonly explained: WorstIncidents;
}

/** Of each kind: of many consequences, no subject is left out. */
const maxAttached = 200;
const maxOpen = 100;

const worstFirst = [...severitiesFrom('info')];

const openRow = z.object({ id: z.string(), total: z.number() });
const attachedRow = openRow.extend({ isSubject: z.boolean() });

type OpenRow = z.infer<typeof openRow>;

async function readRecords(rows: readonly OpenRow[]): Promise<ReadonlyMap<string, IncidentRecord>> {
  const records = await listIncidentsById(rows.map(({ id }) => id));
  return new Map(records.map((record) => [record.id, record]));
}

function worstOf(rows: readonly OpenRow[], records: ReadonlyMap<string, IncidentRecord>): WorstIncidents {
  // One may be deleted between the two queries.
  return { worst: rows.flatMap(({ id }) => records.get(id) ?? []), total: rows[0]?.total ?? 0 };
}

/**
 * What hangs under an incident and is open, or was when it ended; the worst first, of equals the oldest; at most 200 of
 * each kind.
 */
export async function listAttached(incident: IncidentRecord): Promise<AttachedIncidents> {
  const found = await database().$queryRaw`
    SELECT id, is_subject AS "isSubject", total FROM (
      SELECT id, is_subject, (count(*) OVER (PARTITION BY is_subject))::int AS total,
        row_number() OVER (PARTITION BY is_subject ORDER BY array_position(${worstFirst}::text[], severity), id) AS place
      FROM (
        SELECT child.id, child.severity,
          COALESCE(root.endpoint_id IS NULL AND child.code = root.code AND child.cause = root.cause, false) AS is_subject
        FROM incident AS child JOIN incident AS root ON root.id = child.root_id
        WHERE root.id = ${incident.id} AND (child.state IN ('firing', 'acknowledged', 'recovering')
          OR (child.state = 'resolved' AND ${incident.engineState === 'resolved'}::boolean))
      ) AS attached
    ) AS placed
    WHERE place <= ${maxAttached} ORDER BY place`;
  const rows = z.array(attachedRow).parse(found);
  const records = await readRecords(rows);
  return {
    subjects: worstOf(
      rows.filter(({ isSubject }) => isSubject),
      records,
    ),
    explained: worstOf(
      rows.filter(({ isSubject }) => !isSubject),
      records,
    ),
  };
}

type IncidentScope = { readonly endpointId: string } | { readonly zoneId: string } | { readonly domainId: string };

/**
 * Open incidents of one endpoint, of one zone, or of one domain with all its endpoints and zones; the worst first, of
 * equals the newest; at most 100. Those that hang under another are among them: here they are what is the matter.
 */
export async function listOpenIncidentsOf(subject: IncidentScope): Promise<WorstIncidents> {
  const found = await database().$queryRaw`
    SELECT id, (count(*) OVER ())::int AS total FROM incident
    WHERE state IN ('firing', 'acknowledged', 'recovering') AND (${conditionOf(subject)})
    ORDER BY array_position(${worstFirst}::text[], severity), id DESC LIMIT ${maxOpen}`;
  const rows = z.array(openRow).parse(found);
  const { worst, total } = worstOf(rows, await readRecords(rows));
  // One may have ended since.
  return { worst: worst.filter(({ engineState }) => engineState !== 'resolved'), total };
}

function conditionOf(subject: IncidentScope): Prisma.Sql {
  if ('endpointId' in subject) return Prisma.sql`endpoint_id = ${subject.endpointId}`;
  if ('zoneId' in subject) return Prisma.sql`zone_id = ${subject.zoneId}`;
  const { domainId } = subject;
  const endpoints = Prisma.sql`SELECT endpoint_id FROM domain_endpoint WHERE domain_id = ${domainId} AND removed_at IS NULL`;
  return Prisma.sql`domain_id = ${domainId} OR endpoint_id IN (${endpoints}) OR zone_id IN (
    SELECT zone_id FROM domain_zone WHERE domain_id = ${domainId}
    UNION SELECT zone_id FROM endpoint WHERE id IN (${endpoints}))`;
}
