import { z } from 'zod';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { findingPlace } from '#app/_queries/finding-place.ts';
import { seedSection } from '#app/_queries/finding-text.ts';
import type { FindingRecord } from '#app/_queries/findings.ts';
import { link, listed, named } from './answer-schema.ts';
import { findingJson, findingMembers } from './finding-json.ts';

export const livingFindingAnswer = named(
  'Finding',
  'A finding that holds now, with what it is about.',
  findingMembers.extend({
    id: z.string(),
    object_kind: z.string().describe('endpoint, domain, zone. New versions may add values.'),
    service: z.string().nullable(),
    tls: z.string().nullable(),
    host: z.string().nullable(),
    port: z.int().nullable(),
    domain: z.string().nullable(),
    zone: z.string().nullable(),
    endpoint_id: z.string().nullable(),
    meaning: z.string(),
    fix: z.string(),
    references: listed(z.string()),
    seed_section: z.string().nullable(),
    url: link,
  }),
);

/** A finding that holds now, with what it is about. */
export function livingFindingJson(finding: FindingRecord) {
  const { subject } = finding;
  const endpoint = subject.kind === 'endpoint' ? subject.endpoint : null;
  return {
    id: finding.id,
    ...findingJson(finding),
    object_kind: subject.kind,
    service: endpoint?.service ?? null,
    tls: endpoint?.tlsMode ?? null,
    host: endpoint?.host ?? null,
    port: endpoint?.port ?? null,
    domain: subject.kind === 'domain' ? subject.domain : null,
    zone: subject.kind === 'zone' ? subject.zone : null,
    endpoint_id: finding.endpointId,
    meaning: finding.meaning,
    fix: finding.fix,
    references: finding.refs,
    seed_section: seedSection(finding.refs),
    url: new URL(findingPlace(finding).href, readWebSettings().publicUrl).href,
  };
}
