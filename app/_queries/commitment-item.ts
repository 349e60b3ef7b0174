import type { CommitmentItem, KeptItem } from '#components/commitment-table.tsx';
import { serviceWord } from '#components/domain-tile.tsx';
import { provableTags } from '#lib/deep/tags.ts';
import { endpointKey, type EndpointTarget } from '#lib/model/endpoint.ts';
import { encodeCursor } from '#app/_api/cursor.ts';
import type { CommitmentRecord, SightingRecord } from './commitments.ts';
import type { ServiceProof } from './kept-promises.ts';

/** A row of the ledger with what is known of it today. */
export function commitmentItem(record: CommitmentRecord, proofs: ReadonlyMap<string, ServiceProof>): CommitmentItem {
  const { host, tag, firstSeen, lastSeen, sightings, decidedBy, note, notedBy, notedAt } = record;
  return {
    ...{ host, tag, decidedBy, note, notedBy },
    firstSeen: firstSeen.getTime(),
    lastSeen: lastSeen.getTime(),
    notedAt: notedAt?.getTime() ?? null,
    decideHref: `/commitments?decide=${encodeCursor({ host, tag })}#decide`,
    evidence: sightings.map((sighting) => ({
      service: serviceText(sighting.target),
      address: sighting.address,
      href: sighting.endpointId === null ? null : `/endpoints/${sighting.endpointId}`,
      lastSeen: sighting.lastSeen.getTime(),
      state: stateOf(tag, sighting, proofs.get(endpointKey(sighting.target))),
    })),
    kept: keptOf(
      record,
      [...proofs.values()].filter(({ target }) => target.host === host),
    ),
  };
}

function serviceText({ service, port }: EndpointTarget): string {
  return `${serviceWord[service]} ${String(port)}`;
}

function stateOf(
  tag: string,
  { withdrawn }: SightingRecord,
  proof: ServiceProof | undefined,
): CommitmentItem['evidence'][number]['state'] {
  if (withdrawn) return 'withdrawn';
  if (proof === undefined) return 'not-watched';
  if (!proof.fresh || proof.advertised === null) return 'unknown';
  return proof.advertised.includes(tag) ? 'advertised' : 'withdrawn';
}

/** The worst word of all services and addresses of the host. */
function keptOf({ tag }: CommitmentRecord, proofs: readonly ServiceProof[]): KeptItem {
  if (!provableTags.some((known) => known === tag)) return { state: 'not-provable' };
  const judged = proofs.flatMap(({ target, endpointId, fresh, judgements }) =>
    judgements
      .filter((judgement) => judgement.tag === tag)
      .map(({ subject, verdict, packs = { draft: verdict, current: verdict } }) => ({
        ...{ verdict, packs, fresh, href: `/endpoints/${endpointId}` },
        place: `${serviceText(target)} at ${subject.kind === 'endpoint' ? (subject.address ?? target.host) : target.host}`,
      })),
  );
  const broken = judged.filter(({ verdict, fresh }) => verdict === 'crit' && fresh);
  if (broken.length > 0) {
    const isBroken = (pack: 'draft' | 'current') => broken.some(({ packs }) => packs[pack] === 'crit');
    return {
      state: 'broken',
      packs: isBroken('draft') && isBroken('current') ? 'both' : isBroken('draft') ? 'draft' : 'current',
      places: broken.map(({ place, href }) => ({ place, href })),
    };
  }
  const kept = judged.filter(({ verdict, fresh }) => verdict === 'pass' && fresh);
  const open = judged.filter(({ verdict, fresh }) => verdict === 'inconclusive' || !fresh);
  if (open.length > 0) return { state: 'unknown', places: open.map(({ place, href }) => ({ place, href })) };
  return kept.length === 0 ? { state: 'unknown', places: [] } : { state: 'kept', addresses: kept.length };
}
