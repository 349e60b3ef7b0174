import type { Transaction } from '#prisma/client.ts';
import { readAllAdvertisedTags } from '#lib/deep/advertised-tags.ts';
import { provableTags } from '#lib/deep/tags.ts';
import type { Commitment } from '#lib/model/commitment.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { storableJson } from '#lib/model/stored-text.ts';

/** Every probe sees the same tags: the ledger is written once an hour, so that it does not grow with time. */
const stepMs = 60 * 60 * 1000;
/** Tags of a host that mean nothing to us: a server may make up new ones with every answer. */
const maxTags = 64;

/**
 * Writes down which tags a run saw advertised (draft section 5.1): a new row for a new tag or another service of the
 * host, and a later date for the others. `known` is the ledger of the host as it was read for this run.
 */
export async function saveCommitments(
  tx: Transaction,
  { observation, known }: { readonly observation: EndpointObservation; readonly known: readonly Commitment[] },
): Promise<void> {
  const { endpoint, finishedAt } = observation;
  const own = known.filter(({ seenAt }) => endpointKey(seenAt.endpoint) === endpointKey(endpoint));
  const isDue = (tag: string): boolean => {
    const row = own.find((commitment) => commitment.tag === tag);
    return row === undefined || finishedAt - row.lastSeen >= stepMs;
  };
  const due = keepWithinLimit(observation, known).filter(({ tag }) => isDue(tag));
  if (due.length === 0) return;
  const { host, service, tlsMode, port } = endpoint;
  const at = new Date(finishedAt);
  const items = storableJson(due);
  await tx.$executeRaw`
    INSERT INTO commitment (host, tag, first_seen, last_seen)
    SELECT ${host}, tag, ${at}, ${at} FROM jsonb_to_recordset(${items}::jsonb) AS item(tag text)
    ON CONFLICT (host, tag) DO UPDATE SET
      first_seen = LEAST(commitment.first_seen, EXCLUDED.first_seen),
      last_seen = GREATEST(commitment.last_seen, EXCLUDED.last_seen)`;
  await tx.$executeRaw`
    INSERT INTO commitment_sighting (host, tag, service, tls_mode, port, address, first_seen, last_seen)
    SELECT ${host}, tag, ${service}, ${tlsMode}, ${port}, address, ${at}, ${at}
    FROM jsonb_to_recordset(${items}::jsonb) AS item(tag text, address text)
    ON CONFLICT (host, tag, service, tls_mode, port) DO UPDATE SET
      address = CASE WHEN EXCLUDED.last_seen < commitment_sighting.last_seen
        THEN commitment_sighting.address ELSE EXCLUDED.address END,
      first_seen = LEAST(commitment_sighting.first_seen, EXCLUDED.first_seen),
      last_seen = GREATEST(commitment_sighting.last_seen, EXCLUDED.last_seen)`;
}

/** Each tag once, with the first address that has it. Sorted: two workers that write of one host never wait for each other. */
function keepWithinLimit(
  observation: EndpointObservation,
  known: readonly Commitment[],
): readonly { readonly tag: string; readonly address: string }[] {
  const kept = new Set<string>([...provableTags, ...known.map(({ tag }) => tag)]);
  const seen = new Map<string, string>();
  for (const { address, tags } of readAllAdvertisedTags(observation)) {
    for (const tag of tags) {
      if (!kept.has(tag) && kept.size >= maxTags) continue;
      kept.add(tag);
      if (!seen.has(tag)) seen.set(tag, address);
    }
  }
  return [...seen].map(([tag, address]) => ({ tag, address })).toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
}
