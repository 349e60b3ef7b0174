import type { ChangeRecord } from '#app/_queries/changes.ts';

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
