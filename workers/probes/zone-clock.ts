import { isOutOfDate } from '#lib/checks/trusted-clock.ts';
import type { Validation } from '#lib/model/dnssec.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';

/** Zones this near to the trust anchor are signed by people who do not let signatures expire. */
const nearAnchor = 2;

/**
 * Whether our own clock can be right. It is doubted where signatures over the keys of the zones nearest the anchor came,
 * and our clock puts every one of them out of date. The observed zone itself does not count: it may well be wrong.
 */
export function observeClock(zone: string, validations: readonly Validation[]): ZoneObservation['clock'] {
  const near = validations.flatMap(({ links }) => links.slice(0, nearAnchor).filter((link) => link.zone !== zone));
  const signatures = near.flatMap(({ keySignatures }) => keySignatures);
  const [first] = signatures;
  const now = validations.at(-1)?.now;
  if (first === undefined || now === undefined || !signatures.every(({ status }) => isOutOfDate(status)))
    return { trusted: true, said: null };
  const [inception, expiration] = [first.inception, first.expiration].map((at) => new Date(at).toISOString());
  const said = `our clock says ${new Date(now).toISOString()}; ${first.owner} ${first.type} is signed for ${inception} to ${expiration}`;
  return { trusted: false, said };
}
