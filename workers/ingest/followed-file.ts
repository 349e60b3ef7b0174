import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '#lib/error-text.ts';
import type { Log } from '#workers/ports.ts';
import { readFilePosition, writeFilePosition, type FilePosition } from './file-position.ts';
import type { Taken } from './log-intake.ts';
import { findNextFile, findRotated } from './rotated-files.ts';

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

/** Reads to the end of what there is, over rotations too. */
async function followOnce(options: FollowOptions, ports: FollowPorts): Promise<void> {
  const { path, positionFile } = options;
  const kept = await readFilePosition(positionFile);
  let facts = await stat(path);
  let position = kept ?? { file: facts.ino, offset: facts.size, pendingEnd: null, modifiedMs: facts.mtimeMs };
  if (kept === null) await writeFilePosition(positionFile, position);
  while (position.file !== facts.ino) {
    const next = await leaveRotated(position, { options, ports });
    if (next === null) return;
    position = next;
    await writeFilePosition(positionFile, position);
    facts = await stat(path);
  }
  if (facts.size < position.offset) {
    // Cut to be written anew, as logrotate does with copytruncate.
    position = { ...position, offset: 0, pendingEnd: null };
    await writeFilePosition(positionFile, position);
  }
  await readToEnd(path, { position, options, ports });
}

interface Following {
  readonly options: FollowOptions;
  readonly ports: FollowPorts;
}

/** Finishes a file that was renamed. Gives where the next one begins; null: there may be more to read in this one. */
async function leaveRotated(position: FilePosition, following: Following): Promise<FilePosition | null> {
  const { options, ports } = following;
  const { path, signal } = options;
  if (signal.aborted) return null;
  const { file } = position;
  const rotated = await findRotated(path, file);
  let { modifiedMs } = position;
  if (rotated !== null) {
    const finished = await readToEnd(rotated, { ...following, position });
    if (finished === null) return null;
    ({ modifiedMs } = finished);
  }
  const { facts, isCurrent, compressed } = await findNextFile(path, { file, modifiedMs });
  // As long as the new file is empty, the program may still write to the old one.
  if (rotated !== null && isCurrent && facts.size === 0) return null;
  if (rotated === null) ports.log.warn('a log file was replaced, and the one before is gone', { path });
  if (compressed.length > 0) {
    ports.log.warn('log files were compressed before they were read to the end', { path, files: compressed });
  }
  return { file: facts.ino, offset: 0, pendingEnd: null, modifiedMs };
}

/** Gives when the file was last written to, where its end was reached; null: it was not. */
async function readToEnd(
  path: string,
  { position, options, ports }: Following & { readonly position: FilePosition },
): Promise<{ readonly modifiedMs: number } | null> {
  const { positionFile, signal } = options;
  const { file } = position;
  const handle = await open(path, 'r');
  try {
    let { offset, pendingEnd, modifiedMs } = position;
    while (!signal.aborted) {
      const facts = await handle.stat();
      // Renamed in between: the next round finds it under its new name.
      if (facts.ino !== file) return null;
      const chunk = await readChunk(handle, { offset, end: pendingEnd });
      if (chunk === null) return { modifiedMs: facts.mtimeMs };
      const end = offset + chunk.length;
      const lines = linesOf(chunk);
      await writeFilePosition(positionFile, { file, offset, pendingEnd: end, modifiedMs });
      if ((await ports.take(lines, nameOf(chunk, offset))) !== 'taken') return null;
      offset = end;
      pendingEnd = null;
      if (end >= facts.size) modifiedMs = facts.mtimeMs;
      await writeFilePosition(positionFile, { file, offset, pendingEnd, modifiedMs });
    }
    return null;
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
