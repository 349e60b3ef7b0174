import type { Severity } from '../model/finding.ts';

/** What is needed of an event to say how its incident stood then. */
export interface PastEvent {
  readonly id: bigint;
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Null where the event says none. */
  readonly severity: Severity | null;
}

/** How an incident stood right after an event. */
export interface EventStanding {
  readonly state: 'open' | 'acknowledged' | 'resolved';
  readonly severity: Severity;
  /** Another incident explained it. */
  readonly attached: boolean;
  /** Whether somebody who follows root incidents only is to hear of it. */
  readonly heard: boolean;
}

/**
 * Tells for each event of one incident how the incident stood after it: from its history alone, so that the answer is
 * the same whenever somebody asks. `events` are all that changed state, severity or root, and those asked for, oldest
 * first. What is attached is silent, but for what ends it for somebody who was told that it is open: that another
 * incident explains it now, and that it is over.
 */
export function standEvents(
  events: readonly PastEvent[],
  incident: { readonly attached: boolean; readonly severity: Severity },
): ReadonlyMap<bigint, EventStanding> {
  // One run writes that it opened before it writes what it hangs under.
  const attachedAt = new Set(events.flatMap(({ kind, at }) => (kind === 'attached' ? [at] : [])));
  let attached = attachedAtFirst(events, incident.attached);
  let toldOpen = false;
  let state: EventStanding['state'] = 'open';
  let severity = events.find((event) => event.severity !== null)?.severity ?? incident.severity;
  const standings = new Map<bigint, EventStanding>();
  for (const event of events) {
    state = nextState(event.kind, state);
    severity = event.severity ?? severity;
    if (event.kind === 'detached') attached = false;
    else if (attachedAt.has(event.at)) attached = true;
    const ends = event.kind === 'attached' || event.kind === 'resolved';
    const heard = !attached || (toldOpen && ends);
    if (heard) toldOpen = state !== 'resolved';
    standings.set(event.id, { state, severity, attached, heard });
  }
  return standings;
}

/** Whether it was attached from the beginning. Where its history does not tell, it is as it always was. */
function attachedAtFirst(events: readonly PastEvent[], attachedNow: boolean): boolean {
  const change = events.find(({ kind }) => kind === 'attached' || kind === 'detached');
  if (change === undefined) return attachedNow;
  return change.kind === 'detached';
}

function nextState(kind: string, state: EventStanding['state']): EventStanding['state'] {
  switch (kind) {
    case 'opened':
    case 'acknowledgement-ended':
      return 'open';
    case 'acknowledged':
      return 'acknowledged';
    case 'resolved':
      return 'resolved';
    default:
      return state;
  }
}
