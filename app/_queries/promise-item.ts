import type { PromiseItem } from '#components/now/promise-card.tsx';
import type { Role } from '#lib/model/role.ts';
import { censusHref, lately } from './census-filter.ts';
import type { TagStanding } from './client-standing.ts';
import { showCount } from './show-count.ts';

/** A promised tag as a row of the card, with counts as this role may see them. */
export function promiseItem({ latched, presumed, ...tag }: TagStanding, role: Role): PromiseItem {
  return {
    ...tag,
    latched: showCount(latched, role),
    presumed: showCount(presumed, role),
    clientsHref: censusHref({ tag: tag.tag, filter: lately }),
  };
}
