/** A tag that a host cannot prove after a change, or (`unsure`) perhaps cannot. */
export interface Loss {
  readonly state: 'broken' | 'unsure';
  /** One sentence without a full stop. */
  readonly why: string;
  /** It is so today: the change takes nothing away, and gives nothing back. */
  readonly already?: true;
}

export const broken = (why: string): Loss => ({ state: 'broken', why });
export const unsure = (why: string): Loss => ({ state: 'unsure', why });
