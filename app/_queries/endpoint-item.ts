import type { EndpointItem } from '#components/endpoint-table.tsx';
import type { EndpointRecord } from './endpoints.ts';

/** An endpoint as a row of a table. */
export function endpointItem(endpoint: EndpointRecord): EndpointItem {
  return {
    id: endpoint.id,
    service: endpoint.service,
    tlsMode: endpoint.tlsMode,
    host: endpoint.host,
    port: endpoint.port,
    verdict: endpoint.lastVerdict,
    freshness: endpoint.freshness,
    lastProbedAt: endpoint.lastProbedAt?.getTime() ?? null,
    origins: [...new Set(endpoint.domains.map((link) => link.origin))],
  };
}
