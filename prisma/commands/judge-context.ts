import type { JudgeContext } from '#lib/checks/check.ts';
import type { Commitment } from '#lib/model/commitment.ts';
import { undeclared, type Declaration } from '#lib/model/declaration.ts';
import { endpointKey, services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { z } from 'zod';
import type { Transaction } from '../client.ts';
import { readLatestObservation } from './latest-observation.ts';
import { readTlsaUnmatchedSince } from './tlsa-history.ts';

/**
 * What the checks of one endpoint need besides the run itself: what the host promised, what an operator declared, what it
 * was like before. Workers judge with it, and the console judges kept runs again with it.
 */
export async function readJudgeContext(
  db: Transaction,
  about: {
    readonly endpointId: string;
    readonly endpoint: EndpointTarget;
    /** The run to judge. */
    readonly observation: EndpointObservation;
    /** Milliseconds since the epoch. */
    readonly now: number;
  },
): Promise<JudgeContext> {
  const { endpointId, endpoint, observation, now } = about;
  const [tlsaUnmatchedSince, commitments, declared] = await Promise.all([
    readTlsaUnmatchedSince(db, { endpointId, observation }),
    readCommitments(db, endpoint.host),
    readDeclared(db, endpointId),
  ]);
  return {
    now,
    tlsaUnmatchedSince,
    commitments,
    declaration: declared.declaration,
    ...(declared.backend === null ? {} : { backend: declared.backend }),
  };
}

const commitmentRow = z.object({
  host: z.string(),
  tag: z.string(),
  firstSeen: z.date().transform((date) => date.getTime()),
  lastSeen: z.date().transform((date) => date.getTime()),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  port: z.number(),
  address: z.string(),
  decidedBy: z.string().nullable(),
});

/** Every tag that a host ever advertised, by name. */
export async function readCommitments(db: Transaction, host: string): Promise<readonly Commitment[]> {
  const rows = await db.commitment.findMany({ where: { host }, orderBy: { tag: 'asc' } });
  return z
    .array(commitmentRow)
    .parse(rows)
    .map(({ service, tlsMode, port, address, ...commitment }) => ({
      ...commitment,
      seenAt: { kind: 'endpoint', endpoint: { service, tlsMode, host, port }, address },
    }));
}

const targetRow = z.object({
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

interface Declared {
  readonly declaration: Declaration;
  readonly backend: EndpointObservation | null;
}

async function readDeclared(db: Transaction, endpointId: string): Promise<Declared> {
  const row = await db.declaration.findUnique({ where: { endpointId }, include: { frontOf: true } });
  if (row === null) return { declaration: undeclared, backend: null };
  const { frontOf, ...declared } = row;
  const behind = frontOf === null ? null : { id: frontOf.id, target: targetRow.parse(frontOf) };
  return {
    declaration: {
      expectsDeep: declared.expectsDeep,
      acceptsClientCertificates: declared.acceptsClientCertificates,
      legacySubmission: declared.legacySubmission,
      frontOf: behind === null ? null : endpointKey(behind.target),
      vantage: declared.vantage,
      address: declared.address,
      serverName: declared.serverName,
      tryClientCommand: declared.tryClientCommand,
      tryInjection: declared.tryInjection,
    },
    backend:
      behind === null ? null : await readLatestObservation(db, { endpointId: behind.id, endpoint: behind.target }),
  };
}
