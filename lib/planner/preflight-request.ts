import { z } from 'zod';
import { findServiceRow, serviceTable, services, tlsModes, type EndpointTarget } from '../model/endpoint.ts';
import { plannedChange } from './read-change.ts';
import type { PlannedChange } from './change.ts';

/** What is asked of a preflight. */
export interface PreflightRequest {
  /** At least one. */
  readonly changes: readonly PlannedChange[];
  /** The service at the ports that a certificate is for, where the port does not tell; null: it does. */
  readonly service: Pick<EndpointTarget, 'service' | 'tlsMode'> | null;
}

const maxChanges = 20;

/** The members of a request as they are kept. */
export const preflightRequestSchema: z.ZodType<PreflightRequest> = z.object({
  changes: z
    .array(plannedChange)
    .min(1, 'must name a change')
    .max(maxChanges, `must be at most ${String(maxChanges)}`),
  service: z.object({ service: z.enum(services), tlsMode: z.enum(tlsModes) }).nullable(),
});

/** Where a certificate is to be shown. */
export interface CertificatePlaces {
  readonly endpoints: readonly EndpointTarget[];
  /** Ports of which nobody knows the service. */
  readonly unclear: readonly { readonly host: string; readonly port: number }[];
}

/**
 * The endpoints that a new certificate is for: the watched ones of its hosts and ports, and for ports that nobody watches,
 * the usual service of the port.
 */
export function certificatePlaces(
  { hosts, ports }: Extract<PlannedChange, { readonly op: 'new_certificate' }>,
  known: { readonly watched: readonly EndpointTarget[]; readonly service: PreflightRequest['service'] },
): CertificatePlaces {
  const { watched, service } = known;
  const endpoints: EndpointTarget[] = [];
  const unclear: { readonly host: string; readonly port: number }[] = [];
  for (const host of hosts) {
    const here = watched.filter((target) => target.host === host);
    const wanted = ports.length === 0 ? [...new Set(here.map(({ port }) => port))] : ports;
    for (const port of wanted) {
      const row =
        service === null
          ? serviceTable.find((usual) => usual.port === port)
          : findServiceRow(service.service, service.tlsMode);
      const atPort = here.filter((target) => target.port === port);
      const [first] = atPort;
      if (first !== undefined) endpoints.push(...atPort);
      else if (row === undefined) unclear.push({ host, port });
      else endpoints.push({ service: row.service, tlsMode: row.tlsMode, host, port });
    }
  }
  return { endpoints, unclear };
}
