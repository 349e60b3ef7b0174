import { createHash } from 'node:crypto';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '#lib/error-text.ts';
import type { Log } from '#workers/ports.ts';
import { readFilePosition, writeFilePosition, type FilePosition } from './file-position.ts';
import type { Taken } from './log-intake.ts';

/** What following a file needs. */
export interface FollowPorts {
  /** Resolves when what the lines tell is safe on disk. */
  readonly take: (lines: readonly string[], batchId: string) => Promise<Taken>;
  readonly log: Log;
}

export interface FollowOptions {
  readonly path: string;
  /** Where the position is kept: a small file that is ours alone. */
  readonly positionFile: string;
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

const lineFeed = 0x0a;
const chunkBytes = 256 * 1024;

/**
 * Follows a log file until the signal: what is appended to it, and what comes after it was renamed or cut. The position
 * moves after the commit. Before the commit it is written down what is about to be read, so that after a crash the very
 * same lines come under the same name. A file that was never followed is read from its end on.
 */
export async function followFile(options: FollowOptions, ports: FollowPorts): Promise<void> {
  const { path, signal, pollMs } = options;
  let complained = false;
  while (!signal.aborted) {
    try {
      await followOnce(options, ports);
      complained = false;
    } catch (error) {
      if (!complained) ports.log.warn('a log file cannot be read', { path, error: errorText(error) });
      complained = true;
    }
    await pause(pollMs, signal);
  }
}

/** Reads to the end of what there is, over a rotation too. */
async function followOnce(options: FollowOptions, ports: FollowPorts): Promise<void> {
  const { path, positionFile, signal } = options;
  const facts = await stat(path);
  const kept = await readFilePosition(positionFile);
  if (kept === null) {
    await writeFilePosition(positionFile, { file: facts.ino, offset: facts.size, pendingEnd: null });
    return;
  }
  let position = kept;
  if (kept.file !== facts.ino) {
    const rotated = await findRotated(path, kept.file);
    if (rotated === null) ports.log.warn('a log file was replaced, and the one before is gone', { path });
    else await readToEnd(rotated, { position: kept, options, ports });
    // As long as the new file is empty, the program may still write to the old one.
    if (signal.aborted || (rotated !== null && facts.size === 0)) return;
    position = { file: facts.ino, offset: 0, pendingEnd: null };
    await writeFilePosition(positionFile, position);
  } else if (facts.size < kept.offset) {
    // Cut to be written anew, as logrotate does with copytruncate.
    position = { file: facts.ino, offset: 0, pendingEnd: null };
    await writeFilePosition(positionFile, position);
  }
  await readToEnd(path, { position, options, ports });
}

/** The file under its new name, in the same folder. */
async function findRotated(path: string, file: number): Promise<string | null> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const candidate = join(folder, name);
    const facts = await stat(candidate).catch(() => null);
    if (facts?.ino === file && facts.isFile()) return candidate;
  }
  return null;
}

async function readToEnd(
  path: string,
  {
    position,
    options,
    ports,
  }: { readonly position: FilePosition; readonly options: FollowOptions; readonly ports: FollowPorts },
): Promise<void> {
  const { positionFile, signal } = options;
  const handle = await open(path, 'r');
  try {
    // Renamed in between: the next round finds it under its new name.
    if ((await handle.stat()).ino !== position.file) return;
    let { offset, pendingEnd } = position;
    while (!signal.aborted) {
      const chunk = await readChunk(handle, { offset, end: pendingEnd });
      if (chunk === null) return;
      const end = offset + chunk.length;
      const lines = linesOf(chunk);
      await writeFilePosition(positionFile, { file: position.file, offset, pendingEnd: end });
      if ((await ports.take(lines, nameOf(chunk, offset))) !== 'taken') return;
      offset = end;
      pendingEnd = null;
      await writeFilePosition(positionFile, { file: position.file, offset, pendingEnd });
    }
  } finally {
    await handle.close();
  }
}

/** Whole lines from `offset` on, or exactly up to `end`; null: there is none yet. A line longer than a chunk comes in pieces. */
async function readChunk(
  handle: FileHandle,
  { offset, end }: { readonly offset: number; readonly end: number | null },
): Promise<Buffer | null> {
  const wanted = end === null ? chunkBytes : Math.min(chunkBytes, end - offset);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset);
  const read = buffer.subarray(0, bytesRead);
  const last = read.lastIndexOf(lineFeed);
  if (last !== -1) return read.subarray(0, last + 1);
  return bytesRead === chunkBytes ? read : null;
}

function linesOf(chunk: Buffer): readonly string[] {
  return chunk
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Of the content too: a file that was cut has other lines at the same place. */
function nameOf(chunk: Buffer, offset: number): string {
  return `file ${String(offset)} ${createHash('sha256').update(chunk).digest('base64url')}`;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
