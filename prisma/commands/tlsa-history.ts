import { z } from 'zod';
import { readHandshake } from '#lib/checks/tlsa-facts.ts';
import { needsTlsaHistory, tlsaUnmatchedSince } from '#lib/checks/tlsa-records.ts';
import type { TlsaHistory } from '#lib/dane/unmatched-since.ts';
import { tlsaRecord, tlsFacts } from '#lib/model/observation-schema.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { mapTlsCertificates } from '#lib/model/span.ts';
import type { Transaction } from '../client.ts';

/** Spans of one kind that are looked through, latest first: a server that changes all the time must not cost more. */
const maxSpans = 1000;
/** Different answers, and different handshakes, that are compared. */
const maxDifferent = 50;

/**
 * Since when TLSA records of an endpoint have matched nothing, as `unmatchedSince` gives it. Asks the database only where
 * `observation`, the latest run, leaves that open. What lies before the spans that are looked through is taken as unseen,
 * so that no age is told too high.
 */
export async function readTlsaUnmatchedSince(
  db: Transaction,
  { endpointId, observation }: { readonly endpointId: string; readonly observation: EndpointObservation },
): Promise<ReadonlyMap<string, number>> {
  if (!needsTlsaHistory(observation)) return new Map();
  const answers = await readAnswers(db, endpointId);
  return tlsaUnmatchedSince(observation, { answers, handshakes: await readHandshakes(db, endpointId) });
}

const instant = z.date().transform((date) => date.getTime());
const sighting = z.object({ firstSeen: instant, lastSeen: instant });
const answerRow = sighting.extend({ records: z.array(tlsaRecord) });
const handshakeRow = sighting.extend({ tls: tlsFacts });

/** A bogus answer may be anybody's: it proves neither that a record is there nor that it is gone. */
async function readAnswers(db: Transaction, endpointId: string): Promise<TlsaHistory['answers']> {
  const rows = await db.$queryRaw`
    SELECT answer->'records' AS records, min(first_seen) AS "firstSeen", max(last_seen) AS "lastSeen"
    FROM (
      SELECT facts #> '{lookup,facts}' AS answer, first_seen, last_seen FROM observation_span
      WHERE endpoint_id = ${endpointId} AND kind = 'tlsa' ORDER BY first_seen DESC LIMIT ${maxSpans}
    ) AS span
    WHERE answer->>'dnssec' <> 'bogus'
    GROUP BY answer->'records' ORDER BY max(last_seen) DESC LIMIT ${maxDifferent}`;
  return z.array(answerRow).parse(rows);
}

async function readHandshakes(db: Transaction, endpointId: string): Promise<TlsaHistory['handshakes']> {
  const rows = await db.$queryRaw`
    SELECT tls, min(first_seen) AS "firstSeen", max(last_seen) AS "lastSeen"
    FROM (
      SELECT facts, first_seen, last_seen FROM observation_span
      WHERE endpoint_id = ${endpointId} AND kind = 'session' ORDER BY first_seen DESC LIMIT ${maxSpans}
    ) AS span
    CROSS JOIN LATERAL (VALUES (facts->'tls'), (facts #> '{otherHandshake,tls,facts}')) AS shown (tls)
    WHERE jsonb_typeof(tls) = 'object'
    GROUP BY tls ORDER BY max(last_seen) DESC LIMIT ${maxDifferent}`;
  const handshakes = z.array(handshakeRow).parse(rows);
  const named = new Set<string>();
  for (const { tls } of handshakes) mapTlsCertificates(tls, (fingerprint) => (named.add(fingerprint), ''));
  const stored = await db.certificate.findMany({ where: { fingerprint: { in: [...named] } } });
  const ders = new Map(stored.map(({ fingerprint, der }) => [fingerprint, Buffer.from(der).toString('base64')]));
  return handshakes.map(({ tls, ...seen }) => ({
    ...readHandshake(mapTlsCertificates(tls, (fingerprint) => ders.get(fingerprint) ?? '')),
    ...seen,
  }));
}
