import { z } from 'zod';
import { parseHostName } from '#lib/model/domain-name.ts';
import { findServiceRow, serviceTable, services, tlsModes } from '#lib/model/endpoint.ts';
import { ok } from '#lib/model/result.ts';
import type { PreflightRequest } from '#lib/planner/preflight-request.ts';
import { plannedChange, readChange } from '#lib/planner/read-change.ts';
import { resultSchema } from './result-schema.ts';

const host = resultSchema((text) => {
  const name = parseHostName(text);
  return name.ok ? ok(name.value.ascii) : name;
}, 'must be a host name as text');

const changes = z
  .object({ change: z.array(plannedChange, 'must be a list of changes').min(1, 'must name a change').max(20) })
  .transform(({ change }): PreflightRequest => ({ changes: change, service: null }));

const certificate = z
  .object({
    certificate: z.string('must be PEM text'),
    host,
    port: z.int('must be a port number').min(1, 'must be a port number').max(65_535, 'must be a port number'),
    service: z.enum(services, `must be one of ${services.join(', ')}`).optional(),
    tls: z.enum(tlsModes, `must be one of ${tlsModes.join(', ')}`).optional(),
  })
  .transform((body, context): PreflightRequest => {
    const { certificate: pem, host: name, port, service, tls } = body;
    const read = readChange({ op: 'new_certificate', pem, hosts: [name], ports: [port] });
    const refuse = (path: string, message: string) => {
      context.issues.push({ code: 'custom', path: [path], message, input: null });
      return z.NEVER;
    };
    if (!read.ok) return refuse('certificate', read.error[0]?.detail ?? 'cannot be used');
    if (service === undefined) return { changes: [read.value], service: null };
    const usual = serviceTable.filter((row) => row.service === service);
    const tlsMode =
      tls ?? (usual.find((row) => row.port === port) ?? (usual.length === 1 ? usual[0] : undefined))?.tlsMode;
    if (tlsMode === undefined) return refuse('tls', `must be one of ${tlsModes.join(', ')}`);
    if (findServiceRow(service, tlsMode) === undefined) return refuse('tls', `${service} has no ${tlsMode} TLS`);
    return { changes: [read.value], service: { service, tlsMode } };
  });

/** The two shapes of the body, for the document. */
export const preflightBodies = z.union([changes, certificate]);

/** The body of a request for a preflight: a certificate for a host and port, or a list of changes. */
export const preflightBody: z.ZodType<PreflightRequest> = z.unknown().transform((body, context) => {
  const schema = typeof body === 'object' && body !== null && 'certificate' in body ? certificate : changes;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    context.issues.push({ code: 'custom', path: [...path], message, input: null });
  }
  return z.NEVER;
});
