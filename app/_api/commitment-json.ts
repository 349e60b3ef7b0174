import { z } from 'zod';
import { provableTags } from '#lib/deep/tags.ts';
import type { CommitmentRecord } from '#app/_queries/commitments.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { link, listed, named, verdict, when } from './answer-schema.ts';

const place = {
  endpoint_id: z.string(),
  service: z.string(),
  tls: z.string(),
  port: z.int(),
  address: z.string().nullable(),
};

export const commitmentAnswer = named(
  'Commitment',
  'A security tag that a host has ever advertised: all its services must keep it.',
  z.object({
    host: z.string(),
    tag: z.string(),
    provable: z.boolean(),
    first_seen: when,
    last_seen: when,
    decided_by: z.string().nullable(),
    note: z.string().nullable(),
    noted_by: z.string().nullable(),
    noted_at: when.nullable(),
    seen_at: listed(z.object({ ...place, first_seen: when, last_seen: when, withdrawn: z.boolean() })),
    not_kept_at: listed(z.object({ ...place, verdict, verdict_draft: verdict, verdict_current: verdict, since: when })),
    url: link,
  }),
);

/** A row of the ledger as the API gives it. */
export function commitmentJson(commitment: CommitmentRecord) {
  const { host, tag, sightings, broken } = commitment;
  return {
    host,
    tag,
    /** False: a tag that the draft does not define, so nobody can tell whether it is kept. */
    provable: provableTags.some((known) => known === tag),
    first_seen: commitment.firstSeen,
    last_seen: commitment.lastSeen,
    decided_by: commitment.decidedBy,
    note: commitment.note,
    noted_by: commitment.notedBy,
    noted_at: commitment.notedAt,
    seen_at: sightings.map(({ target, endpointId, address, firstSeen, lastSeen, withdrawn }) => ({
      endpoint_id: endpointId,
      service: target.service,
      tls: target.tlsMode,
      port: target.port,
      address,
      first_seen: firstSeen,
      last_seen: lastSeen,
      withdrawn,
    })),
    /** Addresses of the host that do not keep it. An address that could not be looked at is not among them. */
    not_kept_at: broken.map(({ target, endpointId, address, verdict, draft, current, since }) => ({
      endpoint_id: endpointId,
      service: target.service,
      tls: target.tlsMode,
      port: target.port,
      address,
      verdict,
      verdict_draft: draft ?? verdict,
      verdict_current: current ?? verdict,
      since,
    })),
    url: new URL('/commitments', readWebSettings().publicUrl).href,
  };
}
