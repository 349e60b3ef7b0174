import type { EndpointRecord } from '#app/_queries/endpoints.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

/** An endpoint as the API gives it in lists. */
export function endpointJson(endpoint: EndpointRecord) {
  return {
    id: endpoint.id,
    service: endpoint.service,
    tls: endpoint.tlsMode,
    host: endpoint.host,
    port: endpoint.port,
    monitored: endpoint.monitored,
    domains: endpoint.domains,
    last_probed_at: endpoint.lastProbedAt,
    last_verdict: endpoint.lastVerdict,
    /** `stale` or `never`: last_verdict does not speak of today. */
    freshness: endpoint.freshness,
    created_at: endpoint.createdAt,
    url: new URL(`/endpoints/${endpoint.id}`, readWebSettings().publicUrl).href,
  };
}
