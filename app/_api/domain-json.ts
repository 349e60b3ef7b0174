import type { DomainRecord } from '#app/_queries/domains.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

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
