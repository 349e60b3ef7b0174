import type { ChangePlace } from './changes.ts';

/** A place in the list of changes as one word for an address. */
export function formatChangePlace({ at, id }: ChangePlace): string {
  return `${at.toISOString()}_${id}`;
}

/** The place that `formatChangePlace` wrote; null for anything else: the list then starts at its beginning. */
export function parseChangePlace(text: string): ChangePlace | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([A-Za-z0-9-]{1,64})$/.exec(text);
  const [, instant = '', id = ''] = match ?? [];
  const at = new Date(instant);
  return match === null || Number.isNaN(at.getTime()) ? null : { at, id };
}
