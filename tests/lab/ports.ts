import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';

const waitMs = 2_000;

/** Whether somebody listens there. */
export async function accepts(address: string, port: number): Promise<boolean> {
  const socket = connectTcp({ host: address, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(waitMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
