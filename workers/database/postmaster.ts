import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server writes about itself into its cluster (postmaster.pid). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** True when it accepts connections. */
  readonly ready: boolean;
}

/** Reads the text of postmaster.pid: line 1 the pid, line 4 the port, line 8 the status; null while it is incomplete. */
export function parsePostmasterFile(text: string): Postmaster | null {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid < 2 || !Number.isInteger(port) || port < 1 || port > 65535) return null;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** The entry of postmaster.pid, whoever that pid is by now; null without a complete file. */
export function readPostmasterFile(clusterFolder: string): Postmaster | null {
  try {
    return parsePostmasterFile(readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * True when `pid` lives and works in `clusterFolder`. Every server process has its cluster as working directory: so a
 * recycled pid is told apart. A zombie has none, although signal 0 still reaches it.
 */
export function isServerProcess(pid: number, clusterFolder: string): boolean {
  try {
    const cluster = statSync(clusterFolder, { bigint: true });
    const working = statSync(`/proc/${pid}/cwd`, { bigint: true });
    return cluster.dev === working.dev && cluster.ino === working.ino;
  } catch {
    return false;
  }
}

/** All processes of the server of `clusterFolder`, also those that outlive a killed postmaster for a moment. */
export function serverProcesses(clusterFolder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isServerProcess(pid, clusterFolder));
}
