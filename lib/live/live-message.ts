/** An incident that opened lately, as tabs count and announce it. */
export interface OpenedIncident {
  /** Its place in the feed of events. */
  readonly position: number;
  readonly id: string;
  readonly critical: boolean;
  /** Its title, without characters that cannot be seen. */
  readonly title: string;
}

/** What the console tells its tabs: not what changed, but how far everything is. Whoever missed a message missed nothing. */
export interface LiveMessage {
  /** Another text whenever something that pages show has changed. Also the id of the event. */
  readonly version: string;
  /** The last position of the feed of incident events. */
  readonly position: number;
  /** The latest incidents, the youngest first. */
  readonly opened: readonly OpenedIncident[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function readOpened(value: unknown): OpenedIncident | null {
  if (!isRecord(value)) return null;
  const { position, id, critical, title } = value;
  if (typeof position !== 'number' || typeof id !== 'string' || typeof title !== 'string') return null;
  return { position, id, critical: critical === true, title };
}

/** A message as it came over the wire or from another tab; null for anything else. Small, since every page loads it. */
export function readLiveMessage(value: unknown): LiveMessage | null {
  if (!isRecord(value)) return null;
  const { version, position, opened } = value;
  if (typeof version !== 'string' || typeof position !== 'number' || !Array.isArray(opened)) return null;
  return { version, position, opened: opened.map(readOpened).filter((one) => one !== null) };
}

/** The same, from text. */
export function parseLiveMessage(text: string): LiveMessage | null {
  try {
    return readLiveMessage(JSON.parse(text));
  } catch {
    return null;
  }
}
