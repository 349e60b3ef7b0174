import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode } from './error-code.ts';

const ports = { lab: 53530, packages: 53531 } as const;
const address = '127.53.0.254';
const retryAfterMs = 50;

/**
 * Does the work while no other process on this machine does work under the same name. The lock is a listening
 * socket, so it ends with its holder however that ends.
 */
export async function withLock<T>(name: keyof typeof ports, work: () => Promise<T>): Promise<T> {
  const release = await acquire(ports[name]);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(port: number): Promise<() => Promise<void>> {
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    try {
      server.listen({ host: address, port, exclusive: true });
      await once(server, 'listening');
      return async () => {
        server.close();
        await once(server, 'close');
      };
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') throw error;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    }
  }
}
