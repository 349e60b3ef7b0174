import type { TimelineEntry } from '#components/incident-timeline.tsx';
import { changeItems } from './change-item.ts';
import { listChanges, type ChangeScope } from './changes.ts';
import { eventText, reasonText } from './event-words.ts';
import type { IncidentEventRecord, NoticeRecord } from './incident-history.ts';
import type { IncidentRecord } from './incidents.ts';
import type { IncidentRuns } from './incident-evidence.ts';

/** How long before its first sight a change may have brought it about, in milliseconds. */
const beforeMs = 86_400_000;
const maxChanges = 30;

/** Changes of what an incident is about, from a day before it was seen until it ended, the newest first. */
export async function listChangesAround(incident: IncidentRecord, now: Date): Promise<readonly TimelineEntry[]> {
  const scope = scopeOf(incident);
  if (scope === null) return [];
  // What happened in that very instant is among them.
  const end = { at: new Date((incident.resolvedAt ?? now).getTime() + 1), id: '' };
  const { changes } = await listChanges({ scope, after: end, limit: maxChanges });
  const from = incident.firstSeen.getTime() - beforeMs;
  return changeItems(changes, { here: scope.kind === 'endpoint' })
    .filter(({ at }) => at >= from)
    .map(({ id, at, subject, href, part, lines, vantage, decision }) => ({
      id: `change-${id}`,
      kind: 'change',
      text: decision === null ? (href === null ? part : `${subject}: ${part}`) : `Change ${decision.word}`,
      at,
      actor: decision?.by ?? 'latchwatch',
      notes: [
        ...lines,
        ...(decision === null || decision.note === '' ? [] : [decision.note]),
        ...(vantage === null || vantage === 'local' ? [] : [`Seen from ${vantage}`]),
      ],
      delivery: null,
    }));
}

function scopeOf({ endpointId, domainName, objectKind, host }: IncidentRecord): ChangeScope | null {
  if (endpointId !== null) return { kind: 'endpoint', endpointId };
  if (domainName !== null) return { kind: 'domain', domain: domainName };
  return objectKind === 'host' || objectKind === 'certificate' ? { kind: 'host', host } : null;
}

/** What probes saw of it: the last good look, the first sight and the latest. */
export function probeEntries(incident: IncidentRecord, { lastGood }: IncidentRuns): readonly TimelineEntry[] {
  const probe = { kind: 'probe', actor: 'latchwatch', notes: [], delivery: null } as const;
  const seenOnce = incident.lastSeen.getTime() <= incident.firstSeen.getTime();
  return [
    ...(lastGood === null || lastGood.to >= incident.firstSeen
      ? []
      : [{ ...probe, id: 'probe-good', text: 'The last look that was still good', at: lastGood.to.getTime() }]),
    { ...probe, id: 'probe-first', text: 'A probe saw it for the first time', at: incident.firstSeen.getTime() },
    ...(seenOnce ? [] : [{ ...probe, id: 'probe-last', text: 'A probe saw it last', at: incident.lastSeen.getTime() }]),
  ];
}

/** What people and the engine did, the newest first; places that came one after the other are one entry. */
export function eventEntries(events: readonly IncidentEventRecord[]): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let before: IncidentEventRecord | null = null;
  for (const event of events) {
    const { id, kind, at, actor, note } = event;
    const last = entries.at(-1);
    const notes = note === null ? [] : [note];
    if (kind.startsWith('subject-') && before?.kind === kind && last !== undefined) {
      entries[entries.length - 1] = { ...last, notes: [...last.notes, ...notes] };
    } else if (kind !== 'notified') {
      // The alerts themselves stand there, with what became of them.
      const shown = kind === 'commented' ? 'comment' : 'incident';
      entries.push({
        id: `event-${id}`,
        kind: shown,
        text: eventText(kind),
        at: at.getTime(),
        actor,
        notes,
        delivery: null,
      });
    }
    before = event;
  }
  return entries;
}

export function noticeEntries(notices: readonly NoticeRecord[]): readonly TimelineEntry[] {
  return notices.map(({ id, reason, route, createdAt, sentAt, givenUpAt, ...rest }) => ({
    id: `notice-${id}`,
    kind: 'alert',
    text: `${reasonText(reason)}, to ${route.name}`,
    at: createdAt.getTime(),
    actor: 'latchwatch',
    notes: [],
    delivery: { ...rest, sentAt: sentAt?.getTime() ?? null, givenUpAt: givenUpAt?.getTime() ?? null },
  }));
}

/** All of them in one order, the newest first; of one instant, in the order in which they are given. */
export function orderTimeline(...lists: readonly (readonly TimelineEntry[])[]): readonly TimelineEntry[] {
  return lists.flat().toSorted((a, b) => b.at - a.at);
}
