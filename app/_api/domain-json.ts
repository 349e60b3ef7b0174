import { z } from 'zod';
import type { DomainRecord } from '#app/_queries/domains.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { link, listed, named, verdict, when } from './answer-schema.ts';

export const domainAnswer = named(
  'Domain',
  'A mail domain that is watched.',
  z.object({
    id: z.string(),
    name: z.string(),
    services: listed(
      z.object({
        service: z.string(),
        endpoints: z.int(),
        worst_verdict: verdict.nullable(),
        unseen_endpoints: z.int(),
      }),
    ),
    discovery: z.object({ id: z.string(), state: z.string(), finished_at: when.nullable(), url: link }).nullable(),
    created_at: when,
    created_by: z.string(),
    url: link,
  }),
);

export function discoveryUrl(discoveryId: string): string {
  return new URL(`/api/v1/discoveries/${discoveryId}`, readWebSettings().publicUrl).href;
}

/** A domain as the API gives it. */
export function domainJson(domain: DomainRecord) {
  return {
    id: domain.id,
    name: domain.name,
    services: domain.services.map(({ service, endpoints, worst, unseen }) => ({
      service,
      endpoints,
      worst_verdict: worst,
      unseen_endpoints: unseen,
    })),
    discovery:
      domain.discovery === null
        ? null
        : {
            id: domain.discovery.id,
            state: domain.discovery.state,
            finished_at: domain.discovery.finishedAt,
            url: discoveryUrl(domain.discovery.id),
          },
    created_at: domain.createdAt,
    created_by: domain.createdBy,
    url: new URL(`/domains/${domain.name}`, readWebSettings().publicUrl).href,
  };
}
