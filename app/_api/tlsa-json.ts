import { z } from 'zod';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import type { AskedEndpoint, ServedTlsa } from '#app/_queries/served-tlsa.ts';
import { link, listed, named, when } from './answer-schema.ts';

export const tlsaAnswer = named(
  'Tlsa',
  'TLSA records of one endpoint (RFC 6698), as the latest look saw them.',
  z.object({
    endpoint_id: z.string(),
    host: z.string(),
    port: z.int(),
    owner: z.string(),
    dnssec: z.enum(dnssecStates).describe('Clients go by the records only where it is secure.'),
    signatures_end: when.nullable().describe('When the first signature that the answer depends on ends.'),
    ttl_seconds: z.int().nullable().describe('Null: there are no records.'),
    records: listed(
      z.object({
        usage: z.int(),
        selector: z.int(),
        matching_type: z.int(),
        data: z.string().describe('Lower-case hex.'),
        names: listed(z.string()).describe(
          'Fingerprints of the certificates that the servers send now and that it names. Empty: the next key, one left over, or a mistake.',
        ),
      }),
    ),
    seen_at: when,
    url: link,
  }),
);

/** TLSA records of one endpoint. */
export function tlsaJson({ id, host, port }: AskedEndpoint, served: ServedTlsa) {
  return {
    endpoint_id: id,
    host,
    port,
    owner: served.owner,
    dnssec: served.dnssec,
    signatures_end: served.signaturesEnd,
    ttl_seconds: served.ttlSeconds,
    records: served.records.map(({ usage, selector, matchingType, data, names }) => ({
      ...{ usage, selector, matching_type: matchingType, data, names },
    })),
    seen_at: served.seenAt,
    url: new URL(`/endpoints/${id}`, readWebSettings().publicUrl).href,
  };
}
