import { z } from 'zod';
import type { Declaration } from '#lib/model/declaration.ts';
import { services, tlsModes, type EndpointTarget } from '#lib/model/endpoint.ts';
import { readDeclaration } from '#prisma/commands/declarations.ts';
import { database } from './database.ts';
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

const frontRow = z.object({
  id: z.string(),
  service: z.enum(services),
  tlsMode: z.enum(tlsModes),
  host: z.string(),
  port: z.number(),
});

/** What is declared of one endpoint. */
export async function findDeclaration(endpointId: string, now: Date): Promise<DeclarationRecord> {
  const db = database();
  const [{ declaration, backend, declared }, fronts] = await Promise.all([
    readDeclaration(db, endpointId),
    db.$queryRaw`
      SELECT endpoint.id, endpoint.service, endpoint.tls_mode AS "tlsMode", endpoint.host, endpoint.port
      FROM declaration JOIN endpoint ON endpoint.id = declaration.endpoint_id
      WHERE declaration.front_of_id = ${endpointId} ORDER BY endpoint.host, endpoint.port LIMIT 50`,
  ]);
  const { vantage } = declaration;
  const stranded = vantage === null ? [] : await listStrandedVantages(now);
  return {
    ...{ declaration, declared, backend },
    fronts: z
      .array(frontRow)
      .parse(fronts)
      .map(({ id, ...target }) => ({ id, target })),
    stranded: stranded.some((one) => one.vantage === vantage),
  };
}
