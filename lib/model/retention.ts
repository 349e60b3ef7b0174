/** Kinds of history that are kept for a time of their own. */
export const retentionKinds = ['observations', 'incidents', 'reports'] as const;
export type RetentionKind = (typeof retentionKinds)[number];

/** Days that each kind is kept once it has ended. */
export type Retention = Readonly<Record<RetentionKind, number>>;

/** What somebody chose; null: nobody did. */
export type ChosenRetention = Readonly<Record<RetentionKind, number | null>>;

/**
 * The shortest choice in days. Events of incidents are promised to pollers for 30 days, and the census counts what was seen
 * in the last 90.
 */
const shortestDays: Retention = { observations: 7, incidents: 30, reports: 90 };

/** What may be chosen, in days, where LATCHWATCH_RETENTION is `longestDays`: the console keeps shorter, never longer. */
export function retentionBounds(
  kind: RetentionKind,
  longestDays: number,
): { readonly minDays: number; readonly maxDays: number } {
  const maxDays = kind === 'incidents' ? Math.max(longestDays, shortestDays.incidents) : longestDays;
  return { minDays: Math.min(shortestDays[kind], maxDays), maxDays };
}

/** How long each kind is kept: as chosen, within what the environment allows today. */
export function retentionOf(chosen: ChosenRetention, longestDays: number): Retention {
  const days = (kind: RetentionKind): number => {
    const { minDays, maxDays } = retentionBounds(kind, longestDays);
    return Math.max(minDays, Math.min(chosen[kind] ?? maxDays, maxDays));
  };
  return { observations: days('observations'), incidents: days('incidents'), reports: days('reports') };
}
