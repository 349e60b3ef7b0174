import { z } from 'zod';
import type { Cohort } from '#lib/census/cohorts.ts';
import type { TagCount } from '#lib/census/count-tags.ts';
import { canReport } from '#lib/census/coverage.ts';
import type { CensusServer, CoverageCount } from '#lib/model/census.ts';
import { isHiddenCount } from '#app/_queries/show-count.ts';
import { clients, listed, named } from './answer-schema.ts';

const censusServer = {
  hosts: listed(z.string()).describe('Names that the server goes by.'),
  address: z.string().nullable(),
  service: z.string(),
};
export const tagCount = { latched: clients, supported: clients, presumed: clients };

export const coverageAnswer = named(
  'Coverage',
  'Of how many logins the census knows what the client holds.',
  z.object({
    ...censusServer,
    can_report: z.boolean(),
    logins: z.int(),
    named: z.int(),
    spoke_of_latches: z.int(),
    proxied: z.int(),
    proxied_without_tls: z.int(),
  }),
);

export const cohortAnswer = named(
  'Cohort',
  'Clients that have one name, version and server.',
  z.object({
    client: z.object({ name: z.string(), version: z.string() }),
    server: z.object(censusServer),
    last_seen_within_days: z.int().nullable(),
    ...tagCount,
  }),
);

/**
 * A number of clients as the API gives it. One to four become null, for everybody: the scope of a token says nothing of
 * who reads what it fetches, and a viewer's session may ask as well.
 */
export function countJson(count: number): number | null {
  return isHiddenCount(count) ? null : count;
}

export function tagCountJson({ latched, supported, presumed }: TagCount) {
  return { latched: countJson(latched), supported: countJson(supported), presumed: countJson(presumed) };
}

function censusServerJson({ hosts, address, service }: CensusServer) {
  return { hosts, address, service };
}

export function coverageJson({ server, ...counts }: CoverageCount) {
  return {
    ...censusServerJson(server),
    /** False: the service has no way for clients to report, so that what they hold is unknown. */
    can_report: canReport(server.service),
    logins: counts.logins,
    named: counts.named,
    spoke_of_latches: counts.spokeOfLatches,
    proxied: counts.proxied,
    proxied_without_tls: counts.proxiedWithoutTls,
  };
}

export function cohortJson({ client, server, lastSeen, count }: Cohort) {
  return {
    client: { name: client.name, version: client.version },
    server: censusServerJson(server),
    /** Upper end of the range; null: over 400 days ago. */
    last_seen_within_days: lastSeen,
    ...tagCountJson(count),
  };
}
