import type { LiveMessage } from '#lib/live/live-message.ts';
import { writeStreamEvent } from '#lib/live/event-stream.ts';

export interface LiveHubPorts {
  readonly read: () => Promise<LiveMessage>;
  /** Which of these sessions are still good. */
  readonly livingSessions: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly reportTrouble: (error: unknown) => void;
  readonly pollMs: number;
  /** A connection on which nothing was said for so long is given a sign of life. */
  readonly beatMs: number;
  readonly maxConnections: number;
  readonly maxPerPerson: number;
}

export interface LiveVisitor {
  readonly personId: string;
  readonly sessionId: string;
  /** The version that it has seen last, from Last-Event-ID; null: none. */
  readonly knows: string | null;
  /** Aborted when the visitor is gone. */
  readonly signal: AbortSignal;
}

export interface LiveHub {
  /** A stream of events for a visitor; null: there are too many. */
  readonly open: (visitor: LiveVisitor) => ReadableStream<Uint8Array> | null;
  /** Connections now. */
  readonly count: () => number;
  /** Whether the database is being asked: only while somebody listens. */
  readonly isPolling: () => boolean;
}

interface Connection {
  readonly personId: string;
  readonly sessionId: string;
  knows: string | null;
  lastSentAt: number;
  readonly send: (text: string) => void;
  readonly end: () => void;
}

/** Bytes that may wait for a slow reader before it is let go: it will come back and ask where everything is. */
const bufferBytes = 65_536;
const encoder = new TextEncoder();

/**
 * Everybody who listens, behind one look at the database: it is asked once every `pollMs` however many browsers are
 * open, and not at all while there are none. A session that ends takes its connections with it.
 */
export function createLiveHub(ports: LiveHubPorts): LiveHub {
  const connections = new Set<Connection>();
  let current: LiveMessage | null = null;
  let isActive = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  function tell(connection: Connection, message: LiveMessage): void {
    const { version } = message;
    if (connection.knows === version) {
      if (performance.now() - connection.lastSentAt < ports.beatMs) return;
      // The comment is for what lies between; scripts see only the event.
      connection.send(`: beat\n${writeStreamEvent({ type: 'beat', data: version, id: null })}`);
      return;
    }
    connection.knows = version;
    connection.send(writeStreamEvent({ type: 'state', data: JSON.stringify(message), id: version }));
  }

  async function look(): Promise<void> {
    timer = null;
    try {
      const asked = [...connections];
      const [message, living] = await Promise.all([
        ports.read(),
        ports.livingSessions([...new Set(asked.map(({ sessionId }) => sessionId))]),
      ]);
      current = message;
      for (const connection of asked.filter(({ sessionId }) => !living.has(sessionId))) {
        connection.send(writeStreamEvent({ type: 'signed-out', data: '', id: null }));
        connection.end();
      }
      for (const connection of connections) tell(connection, message);
    } catch (error) {
      current = null;
      ports.reportTrouble(error);
      for (const connection of connections) {
        connection.send(writeStreamEvent({ type: 'trouble', data: '', id: null }));
        // Once it is over, everybody is told where everything is, changed or not.
        connection.knows = null;
      }
    }
    if (connections.size === 0) stop();
    else timer = setTimeout(() => void look(), ports.pollMs);
  }

  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    isActive = false;
    current = null;
  }

  /** Gives what ends it again. */
  function join(controller: ReadableStreamDefaultController<Uint8Array>, visitor: LiveVisitor): () => void {
    const { personId, sessionId, knows, signal } = visitor;
    const end = (): void => {
      signal.removeEventListener('abort', end);
      if (!connections.delete(connection)) return;
      try {
        controller.close();
      } catch {
        // The reader was faster.
      }
      // A look that is under way ends by itself.
      if (connections.size === 0 && timer !== null) stop();
    };
    const connection: Connection = {
      ...{ personId, sessionId, knows },
      lastSentAt: Number.NEGATIVE_INFINITY,
      send: (text) => {
        if (!connections.has(connection)) return;
        if ((controller.desiredSize ?? 0) <= 0) {
          end();
          return;
        }
        connection.lastSentAt = performance.now();
        controller.enqueue(encoder.encode(text));
      },
      end,
    };
    connections.add(connection);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    else if (current !== null) tell(connection, current);
    return end;
  }

  function open(visitor: LiveVisitor): ReadableStream<Uint8Array> | null {
    const own = [...connections].filter(({ personId }) => personId === visitor.personId);
    if (connections.size >= ports.maxConnections || own.length >= ports.maxPerPerson) return null;
    let leave = (): void => undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          leave = join(controller, visitor);
          if (isActive || connections.size === 0) return;
          isActive = true;
          void look();
        },
        cancel: () => leave(),
      },
      { highWaterMark: bufferBytes, size: ({ byteLength }) => byteLength },
    );
  }

  return { open, count: () => connections.size, isPolling: () => isActive };
}
