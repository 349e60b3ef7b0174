import { z } from 'zod';
import { dnssecStates } from '#lib/model/dnssec.ts';
import { compareStates } from '#components/dnssec-words.ts';
import type { ZoneDnssec } from '#app/_queries/zone-dnssec.ts';
import type { ZoneRecord } from '#app/_queries/zones.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { link, listed, named, when } from './answer-schema.ts';

const state = z.enum(dnssecStates);

export const zoneDnssecAnswer = named(
  'ZoneDnssec',
  'What DNSSEC says of a zone, in short. The whole run is at /zones/{name}.',
  z.object({
    zone: z.string(),
    state: state.nullable().describe('The worst of its answers; null: nobody has looked yet.'),
    signatures_end: when.nullable().describe('When the first valid signature of all chains ends.'),
    answers: listed(
      z.object({
        name: z.string(),
        type: z.string(),
        state,
        reason: z.string().nullable().describe('New versions may add values.'),
        signatures_end: when.nullable(),
      }),
    ),
    ds: listed(z.object({ key_tag: z.int(), algorithm: z.int(), digest_type: z.int(), status: z.string() })).describe(
      'At the parent.',
    ),
    keys: listed(z.object({ key_tag: z.int(), algorithm: z.int(), flags: z.int() })),
    domains: listed(z.string()),
    hosts: listed(z.string()),
    freshness: z.string().describe('fresh, stale or never. New versions may add values.'),
    seen_at: when.nullable(),
    url: link,
  }),
);

/** What DNSSEC says of a zone; `dnssec` undefined: nobody has looked yet. */
export function zoneDnssecJson(zone: ZoneRecord, dnssec: ZoneDnssec | undefined) {
  const answers = dnssec?.answers ?? [];
  const ends = answers.flatMap(({ signaturesEnd }) => (signaturesEnd === null ? [] : [signaturesEnd.getTime()]));
  return {
    zone: zone.name,
    state: answers.map((answer) => answer.state).toSorted(compareStates)[0] ?? null,
    signatures_end: ends.length === 0 ? null : new Date(Math.min(...ends)),
    answers: answers.map(({ name, type, state: of, reason, signaturesEnd }) => ({
      ...{ name, type, state: of, reason, signatures_end: signaturesEnd },
    })),
    ds: (dnssec?.ds ?? []).map(({ keyTag, algorithm, digestType, status }) => ({
      ...{ key_tag: keyTag, algorithm, digest_type: digestType, status },
    })),
    keys: (dnssec?.keys ?? []).map(({ keyTag, algorithm, flags }) => ({ key_tag: keyTag, algorithm, flags })),
    domains: zone.domains,
    hosts: zone.hosts,
    freshness: zone.freshness,
    seen_at: dnssec?.seenAt ?? null,
    url: new URL(`/zones/${encodeURIComponent(zone.name)}`, readWebSettings().publicUrl).href,
  };
}
