import type { Commitment } from '#lib/model/commitment.ts';
import { namedHosts, type PlannedChange } from '#lib/planner/change.ts';
import type { Transaction } from '../client.ts';
import { readSightings } from './sightings.ts';

/** More than any provider has. */
const maxSightings = 10_000;

/** All that the hosts of a change ever advertised. */
export function readLedger(db: Transaction, change: PlannedChange): Promise<readonly Commitment[]> {
  const where =
    change.op === 'unsign_zone'
      ? { OR: [{ host: change.zone }, { host: { endsWith: `.${change.zone}` } }] }
      : { host: { in: [...namedHosts(change)] } };
  return readSightings(db, { where, limit: maxSightings });
}
