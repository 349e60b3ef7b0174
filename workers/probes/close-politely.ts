import type { Duplex } from 'node:stream';

/** How long we wait for the other side to close. */
const closeDurationMs = 500;

/** Sends close_notify and FIN, then gives the other side a moment to do the same. Destroying is the caller's. */
export async function closePolitely(socket: Duplex): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, closeDurationMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end();
    // Without a reader, what is still on its way would keep the other side's end from being seen.
    socket.resume();
  });
}
