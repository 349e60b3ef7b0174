import type { IncidentGroupItem } from '../incident-groups.tsx';
import { visibleText } from '../ui/visible-text.ts';

/** Older ones have been told. */
const newForMs = 10 * 60_000;

/** Says to who listens that something critical is new, and nothing else: what changes for the better is not read out. */
export function NewCritical({ groups, now }: { readonly groups: readonly IncidentGroupItem[]; readonly now: number }) {
  const [newest] = groups
    .filter(({ severity, since }) => severity === 'critical' && now - since < newForMs)
    .toSorted((a, b) => b.since - a.since);
  return (
    <p className="sr-only" aria-live="polite">
      {newest === undefined ? null : `New and critical: ${visibleText(newest.title)}, ${visibleText(newest.host)}`}
    </p>
  );
}
