import { z } from 'zod';
import { proveTags } from '#lib/deep/prove.ts';
import { provableTags } from '#lib/deep/tags.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { fingerprintsOf, joinEndpointObservation } from '#lib/model/span.ts';
import { readStoredJson } from '#lib/model/stored-text.ts';
import { greenDays } from '#lib/planner/preconditions.ts';
import { provedSince, type ProofStretch } from '#lib/planner/proved-since.ts';
import type { Transaction } from '../client.ts';

/** Spans that are looked through, latest first: a server that changes all the time must not cost more. */
const maxSpans = 500;
const dayMs = 86_400_000;

const instant = z.date().transform((date) => date.getTime());
const spanRow = z.object({
  kind: z.enum(['addresses', 'session', 'tlsa']),
  address: z.string(),
  vantage: z.string(),
  evidence: z.string(),
  firstSeen: instant,
  lastSeen: instant,
});
type Span = z.infer<typeof spanRow>;

/**
 * Since when each address of an endpoint has proved a tag at every look, by both rule packs. An address that does not prove
 * it now, or a tag that cannot be proved from outside, has none.
 */
export async function readProvedSince(
  db: Transaction,
  asked: {
    readonly endpointId: string;
    readonly target: EndpointTarget;
    readonly serverName: string | null;
    readonly tag: string;
    /** Milliseconds since the epoch. */
    readonly now: number;
  },
): Promise<ReadonlyMap<string, number>> {
  const { endpointId, target, serverName, now } = asked;
  const tag = provableTags.find((known) => known === asked.tag);
  if (tag === undefined) return new Map();
  const after = new Date(now - (greenDays + 2) * dayMs);
  const rows = await db.$queryRaw`
    SELECT kind, address, vantage, evidence::text AS evidence, first_seen AS "firstSeen", last_seen AS "lastSeen"
    FROM observation_span
    WHERE endpoint_id = ${endpointId} AND kind IN ('addresses', 'session', 'tlsa') AND last_seen >= ${after}
    ORDER BY last_seen DESC, id LIMIT ${maxSpans}`;
  const spans = z.array(spanRow).parse(rows);
  const certificates = await readCertificates(db, spans);
  const stretches = new Map<string, ProofStretch[]>();
  for (const session of spans.filter(({ kind }) => kind === 'session')) {
    for (const { tlsa, addresses, firstSeen, lastSeen } of overlaps(session, spans)) {
      const observation = joinEndpointObservation({
        ...{ endpoint: target, vantage: session.vantage, certificates },
        addresses: readStoredJson(addresses.evidence),
        sessions: [readStoredJson(session.evidence)],
        tlsa: tlsa === null ? null : readStoredJson(tlsa.evidence),
      });
      const [seen] = observation.sessions;
      if (seen === undefined) continue;
      const proof = proveTags({ observation, session: seen, scan: null, serverName, now: lastSeen })[tag];
      const holds = proof.draft.state === 'holds' && proof.current.state === 'holds';
      stretches.set(session.address, [...(stretches.get(session.address) ?? []), { firstSeen, lastSeen, holds }]);
    }
  }
  return new Map(
    [...stretches].flatMap(([address, list]) => {
      const since = provedSince(list, now);
      return since === null ? [] : [[address, since] as const];
    }),
  );
}

interface Overlap {
  readonly tlsa: Span | null;
  readonly addresses: Span;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** The stretches in which one worker saw a session together with the same TLSA records. */
function overlaps(session: Span, spans: readonly Span[]): readonly Overlap[] {
  const beside = spans.filter(
    ({ vantage, firstSeen, lastSeen }) =>
      vantage === session.vantage && firstSeen <= session.lastSeen && lastSeen >= session.firstSeen,
  );
  const addresses = beside.find(({ kind }) => kind === 'addresses');
  if (addresses === undefined) return [];
  const tlsa = beside.filter(({ kind }) => kind === 'tlsa');
  if (tlsa.length === 0) return [{ tlsa: null, addresses, firstSeen: session.firstSeen, lastSeen: session.lastSeen }];
  return tlsa.map((span) => ({
    tlsa: span,
    addresses,
    firstSeen: Math.max(span.firstSeen, session.firstSeen),
    lastSeen: Math.min(span.lastSeen, session.lastSeen),
  }));
}

async function readCertificates(db: Transaction, spans: readonly Span[]): Promise<ReadonlyMap<string, string>> {
  const sessions = spans.filter(({ kind }) => kind === 'session').map(({ evidence }) => readStoredJson(evidence));
  const stored = await db.certificate.findMany({ where: { fingerprint: { in: [...fingerprintsOf(sessions)] } } });
  return new Map(stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]));
}
