import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';

/** How far a followed file is read. */
export interface FilePosition {
  /** Inode. */
  readonly file: number;
  /** Octets that are safe in the database. */
  readonly offset: number;
  /** Where the octets end that were being written to the database; null: none were. */
  readonly pendingEnd: number | null;
  /** When what is read whole was last written to, in milliseconds since the epoch; null: not known. */
  readonly modifiedMs: number | null;
}

const positionShape = z.object({
  file: z.number(),
  offset: z.number().int().min(0),
  pendingEnd: z.number().int().min(0).nullable(),
  // Not there in positions that were kept by an earlier version.
  modifiedMs: z.number().nullable().default(null),
});

/** Null where none was written yet. @throws Error where the file is not one of ours. */
export async function readFilePosition(path: string): Promise<FilePosition | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : positionShape.parse(JSON.parse(text));
}

/** Whole or not at all, also when the machine dies. */
export async function writeFilePosition(path: string, position: FilePosition): Promise<void> {
  const next = `${path}.next`;
  const handle = await open(next, 'w');
  try {
    await handle.writeFile(JSON.stringify(position));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, path);
}
