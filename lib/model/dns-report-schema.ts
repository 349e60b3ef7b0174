import { z } from 'zod';
import type { Validation } from './dnssec.ts';
import { failure } from './observation-schema.ts';
import type { ProbeFailure } from './observation.ts';
import { serverAnswer, validation } from './zone-observation-schema.ts';
import type { ServerAnswer } from './zone-observation.ts';

/** What `latchwatch dns --json` prints. docs/schema/dns.schema.json is made from here. */
export interface DnsReport {
  readonly schema_version: 1;
  /** Where the answers come from, in words. */
  readonly source: string;
  readonly validation: Validation;
  /** Null unless all servers were asked. */
  readonly servers:
    readonly { readonly host: string; readonly address: string; readonly answer: ServerAnswer }[] | null;
  /** Name servers that could not be given an address, and why no server was asked where none was. */
  readonly unresolved: readonly { readonly host: string; readonly failure: ProbeFailure }[];
}

export const dnsReportSchema: z.ZodType<DnsReport> = z
  .object({
    schema_version: z.literal(1),
    source: z.string(),
    validation,
    servers: z.array(z.object({ host: z.string(), address: z.string(), answer: serverAnswer })).nullable(),
    unresolved: z.array(z.object({ host: z.string(), failure })),
  })
  .meta({
    title: 'latchwatch dns --json',
    description:
      'One question to DNS, the chain of trust to its answer, and our verdict. Instants are milliseconds since ' +
      '1970-01-01T00:00:00Z. Text comes from strangers: escape it before you show it.',
  });
