import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rmSync } from 'node:fs';

export interface OwnerLock {
  readonly release: () => Promise<void>;
}

/**
 * The address that stands for a folder. The folder is known by device and inode, so that neither a symbolic link nor a
 * bind mount leads around the lock. On Linux the address is in the abstract namespace: it has no file that could stay
 * behind, and the kernel frees it with the process, whatever kills it.
 */
function lockAddress(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  const name = `latchwatch-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
  switch (process.platform) {
    case 'linux':
    case 'android':
      return `\0${name}`;
    case 'win32':
      return `\\\\.\\pipe\\${name}`;
    default:
      return join(tmpdir(), name);
  }
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end(`${process.pid}\n`));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => {
      // The lock alone is no reason to stay alive.
      server.unref();
      resolve(server);
    });
  });
}

/** True when somebody answers at `address`; a socket file whose process is gone refuses. */
function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Makes this process the one owner of `folder` (which exists), or answers null when another process is. The lock ends
 * with the process, by whatever death, and is not inherited by its children.
 */
export async function acquireOwnerLock(folder: string): Promise<OwnerLock | null> {
  const address = lockAddress(folder);
  let server = await listen(address);
  const leavesFile = !address.startsWith('\0') && process.platform !== 'win32';
  if (server === null && leavesFile && !(await isAnswered(address))) {
    rmSync(address, { force: true });
    server = await listen(address);
  }
  if (server === null) return null;
  const held = server;
  return {
    release: () =>
      new Promise((resolve) => {
        held.close(() => resolve());
      }),
  };
}
