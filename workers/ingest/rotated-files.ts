import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What comes after a file that was finished. */
export interface NextFile {
  readonly facts: Stats;
  /** Whether it is the one that is written to now. */
  readonly isCurrent: boolean;
  /** Paths of files in between that cannot be followed, because they were compressed. */
  readonly compressed: readonly string[];
}

const compressedName = /\.(?:gz|xz|zst|bz2)$/;
/** What logrotate and its like put after the name: a number or a date. `mail.err` is not `mail` of another day. */
const rotationMark = /^[.-](?:old|\d[\dT.:_-]*)$/;

/** The file under its new name, in the same folder; null: it is gone. */
export async function findRotated(path: string, file: number): Promise<string | null> {
  for (const { path: candidate, facts } of await filesBeside(path)) {
    // An inode is given again: a file that was compressed is another one.
    if (facts.ino === file && !compressedName.test(candidate)) return candidate;
  }
  return null;
}

/**
 * The oldest file of this log that was written to after `modifiedMs`, other than `file`; the current one where there is
 * none, or where `modifiedMs` is null. @throws Error of the file system where there is no current one.
 */
export async function findNextFile(
  path: string,
  { file, modifiedMs }: { readonly file: number; readonly modifiedMs: number | null },
): Promise<NextFile> {
  const current = await stat(path);
  const later = (await filesBeside(path))
    .filter(({ path: candidate, facts }) => {
      const mark = basename(candidate).slice(basename(path).length).replace(compressedName, '');
      const isOurs = basename(candidate).startsWith(basename(path)) && rotationMark.test(mark);
      const isOther = facts.ino !== current.ino && facts.ino !== file;
      return isOurs && isOther && modifiedMs !== null && facts.mtimeMs > modifiedMs;
    })
    .sort((a, b) => a.facts.mtimeMs - b.facts.mtimeMs);
  const index = later.findIndex(({ path: candidate }) => !compressedName.test(candidate));
  const compressed = (index === -1 ? later : later.slice(0, index)).map(({ path: candidate }) => candidate);
  const next = later[index];
  return { facts: next?.facts ?? current, isCurrent: next === undefined, compressed };
}

async function filesBeside(path: string): Promise<readonly { readonly path: string; readonly facts: Stats }[]> {
  const folder = dirname(path);
  const found: { readonly path: string; readonly facts: Stats }[] = [];
  for (const name of await readdir(folder)) {
    const candidate = join(folder, name);
    const facts = await stat(candidate).catch(() => null);
    if (facts?.isFile() === true) found.push({ path: candidate, facts });
  }
  return found;
}
