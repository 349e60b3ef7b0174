/** Where a page of a list that is ordered by time ended; `id` tells those of one instant apart. */
export interface ListPlace {
  readonly at: Date;
  readonly id: string;
}

/** A place as one word for an address. */
export function formatListPlace({ at, id }: ListPlace): string {
  return `${at.toISOString()}_${id}`;
}

/** The place that `formatListPlace` wrote; null for anything else: the list then starts at its beginning. */
export function parseListPlace(text: string): ListPlace | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([A-Za-z0-9-]{1,64})$/.exec(text);
  const [, instant = '', id = ''] = match ?? [];
  const at = new Date(instant);
  return match === null || Number.isNaN(at.getTime()) ? null : { at, id };
}
