import { publishedConfiguration } from '#lib/model/configuration-schema.ts';
import { z } from 'zod';
import { database } from './database.ts';

export const discoveryStates = ['queued', 'running', 'done', 'failed'] as const;
export type DiscoveryState = (typeof discoveryStates)[number];

const failureSchema = z.object({
  ok: z.literal(false),
  failure: z.object({ stage: z.string(), reason: z.string(), said: z.string().optional() }),
});

function lookupOf<T extends z.ZodType>(record: T) {
  return z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      facts: z.object({
        rcode: z.string(),
        records: z.array(record),
        ttlSeconds: z.number().nullable().default(null),
        ad: z.boolean().nullable().default(null),
        dnssec: z.object({ state: z.string(), why: z.string().optional() }).nullable().default(null),
      }),
    }),
    failureSchema,
  ]);
}

/** The part of DomainObservation that pages and the API show. */
const observationSchema = z.object({
  startedAt: z.number(),
  finishedAt: z.number(),
  srv: z.array(
    z.object({
      owner: z.string(),
      label: z.string(),
      lookup: lookupOf(z.object({ priority: z.number(), weight: z.number(), port: z.number(), target: z.string() })),
    }),
  ),
  mx: lookupOf(z.object({ preference: z.number(), exchange: z.string() })),
  hosts: z.array(
    z.object({
      host: z.string(),
      addresses: z.discriminatedUnion('ok', [
        z.object({ ok: z.literal(true), facts: z.array(z.string()) }),
        failureSchema,
      ]),
    }),
  ),
  endpoints: z.array(
    z.object({
      target: z.object({ service: z.string(), tlsMode: z.string(), host: z.string(), port: z.number() }),
      origin: z.string(),
      priority: z.number().nullable(),
      weight: z.number().nullable(),
    }),
  ),
  configuration: publishedConfiguration.exactOptional(),
});

export type SeenDomain = z.infer<typeof observationSchema>;

export interface DiscoveryRecord {
  readonly id: string;
  readonly domain: string;
  readonly state: DiscoveryState;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** One sentence, when it failed. */
  readonly error: string | null;
  readonly seen: SeenDomain | null;
}

type Row = NonNullable<Awaited<ReturnType<typeof findRow>>>;

function findRow(id: string) {
  return database().discovery.findUnique({ where: { id }, include: { domain: { select: { name: true } } } });
}

function toRecord({ domain, state, observation, ...rest }: Row): DiscoveryRecord {
  return {
    ...rest,
    domain: domain.name,
    state: z.enum(discoveryStates).parse(state),
    seen: observation === null ? null : observationSchema.parse(observation),
  };
}

export async function findDiscovery(id: string): Promise<DiscoveryRecord | null> {
  const row = await findRow(id);
  return row === null ? null : toRecord(row);
}

/** What the latest look saw, also one of the schedule, which nobody asked for and which has no row of its own. */
export async function readLatestLook(domainId: string): Promise<SeenDomain | null> {
  const span = await database().observationSpan.findFirst({
    where: { domainId, kind: 'discovery', newest: true },
    orderBy: { lastSeen: 'desc' },
    select: { evidence: true },
  });
  return span === null ? null : observationSchema.parse(span.evidence);
}
