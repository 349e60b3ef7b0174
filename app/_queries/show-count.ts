import type { Role } from '#lib/model/role.ts';

/** Fewer clients than these could tell who somebody is. */
export const smallestShown = 5;

/** Whether a number says too much about few people for whoever may only look. None is no secret. */
export function isHiddenCount(count: number): boolean {
  return count > 0 && count < smallestShown;
}

/** A number of clients or accounts as this role may see it: `12,431`, or `<5` for a viewer. */
export function showCount(count: number, role: Role): string {
  return role === 'viewer' && isHiddenCount(count) ? `<${String(smallestShown)}` : count.toLocaleString('en');
}
