import { z } from 'zod';
import { dnsLookup, seen } from './observation-schema.ts';
import type { PublishedConfiguration } from './observation.ts';
import { fetched } from './scan-observation-schema.ts';

const txtLookup = seen(dnsLookup(z.object({ text: z.string() })));

/** A `PublishedConfiguration` as it comes back from JSON. */
export const publishedConfiguration = z.object({
  autoconfig: z.array(fetched),
  autodiscover: z.array(fetched),
  mtaStsRecord: txtLookup,
  mtaStsPolicy: fetched.nullable(),
  tlsRptRecord: txtLookup,
}) satisfies z.ZodType<PublishedConfiguration>;
