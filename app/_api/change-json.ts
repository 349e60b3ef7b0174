import { z } from 'zod';
import type { ChangeRecord } from '#app/_queries/changes.ts';
import { listed, named, when } from './answer-schema.ts';

export const changeAnswer = named(
  'Change',
  'Something that is not as it was.',
  z.object({
    id: z.string(),
    at: when,
    object_kind: z.string().describe('endpoint, domain or zone. New versions may add values.'),
    endpoint_id: z.string().nullable(),
    host: z.string().nullable(),
    port: z.int().nullable(),
    name: z.string().nullable().describe('Of a domain or a zone.'),
    part: z.string().describe('What of it: the session, the records, the scan. New versions may add values.'),
    address: z.string().nullable(),
    vantage: z.string().nullable(),
    differences: listed(z.string()),
    decision: z.object({ word: z.string(), by: z.string(), note: z.string() }).nullable(),
  }),
);

/** A change as the API gives it. */
export function changeJson({ id, at, subject, piece, address, vantage, lines, decision }: ChangeRecord) {
  return {
    id,
    at,
    object_kind: subject.kind,
    endpoint_id: subject.kind === 'endpoint' ? subject.id : null,
    host: subject.kind === 'endpoint' ? subject.host : null,
    port: subject.kind === 'endpoint' ? subject.port : null,
    name: subject.kind === 'endpoint' ? null : subject.name,
    part: piece,
    address,
    vantage,
    differences: lines,
    decision,
  };
}
