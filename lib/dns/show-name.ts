import type { Name } from './name.ts';

/** A name as results, endpoints and zones hold it: presentation form in lower case, no final dot, `.` for the root. */
export function showName(name: Name): string {
  return name.toString().toLowerCase();
}
