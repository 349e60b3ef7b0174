import { z } from 'zod';
import type { EndpointRecord } from '#app/_queries/endpoints.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { link, listed, named, verdict, when } from './answer-schema.ts';

export const endpointAnswer = named(
  'Endpoint',
  'A mail service at a host and port.',
  z.object({
    id: z.string(),
    service: z.string(),
    tls: z.string(),
    host: z.string(),
    port: z.int(),
    monitored: z.boolean(),
    domains: listed(
      z.object({
        domain: z.string(),
        origin: z.string().describe('srv, mx, guess, manual. New versions may add values.'),
        priority: z.int().nullable(),
        weight: z.int().nullable(),
      }),
    ),
    last_probed_at: when.nullable(),
    last_verdict: verdict.nullable(),
    freshness: z.string().describe('fresh, stale or never. New versions may add values.'),
    created_at: when,
    url: link,
  }),
);

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
