import type { Declaration } from '#lib/model/declaration.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { readDeclaration } from '#prisma/commands/declarations.ts';
import { database } from './database.ts';
import { readService, readTlsMode } from './read-word.ts';
import { listStrandedVantages } from './vantages.ts';

/** An endpoint that is in front of or behind another. */
export interface RelatedEndpoint {
  readonly id: string;
  readonly target: EndpointTarget;
}

/** What an operator declared of an endpoint, and what follows from it. */
export interface DeclarationRecord {
  readonly declaration: Declaration;
  /** Null: nobody declared anything. */
  readonly declared: { readonly by: string; readonly at: Date } | null;
  readonly backend: RelatedEndpoint | null;
  /** Endpoints that are declared to stand in front of this one. */
  readonly fronts: readonly RelatedEndpoint[];
  /** No worker of the declared vantage is alive: nobody looks. */
  readonly stranded: boolean;
}

/** What is declared of one endpoint. */
export async function findDeclaration(endpointId: string, now: Date): Promise<DeclarationRecord> {
  const db = database();
  const [{ declaration, backend }, row, fronts, stranded] = await Promise.all([
    readDeclaration(db, endpointId),
    db.declaration.findUnique({ where: { endpointId }, select: { updatedBy: true, updatedAt: true } }),
    db.declaration.findMany({
      where: { frontOfId: endpointId },
      select: { endpoint: true },
      orderBy: [{ endpoint: { host: 'asc' } }, { endpoint: { port: 'asc' } }],
      take: 50,
    }),
    listStrandedVantages(now),
  ]);
  return {
    declaration,
    declared: row === null ? null : { by: row.updatedBy, at: row.updatedAt },
    backend,
    fronts: fronts.map(({ endpoint: { id, service, tlsMode, host, port } }) => ({
      id,
      target: { service: readService(service), tlsMode: readTlsMode(tlsMode), host, port },
    })),
    stranded: stranded.some(({ vantage }) => vantage === declaration.vantage),
  };
}
