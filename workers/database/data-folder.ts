import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readPseudonymKeys, showPseudonymKeys, type PseudonymKeys } from '#lib/census/pseudonym.ts';
import { errorText } from '#lib/error-text.ts';
import { acquireOwnerLock, type OwnerLock } from './owner-lock.ts';
import { Refusal } from './refusal.ts';

/*
 * The data folder: what Latchwatch makes itself and must not lose (the built-in Postgres, the secret), and, while it
 * runs, how its other commands find the database.
 */

/** Writes a file that only this account may read; others see the old text or the new one, never a half. */
function writePrivate(path: string, text: string): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, path);
}

/** Like `recursive: true`, which never returns under /proc (Node 20). */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Makes the folder if need be. @throws Refusal when that is not allowed here. */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new Refusal(
      `The data folder ${folder} cannot be made: ${errorText(error)}. Set LATCHWATCH_DATA to one that can.`,
    );
  }
}

/** Makes this process the owner of the folder; null when another process is. @throws Refusal when it is of no use. */
export async function tryOwnDataFolder(folder: string): Promise<OwnerLock | null> {
  makeDataFolder(folder);
  const lock = await acquireOwnerLock(folder);
  if (lock === null) return null;
  try {
    accessSync(folder, constants.W_OK);
    // Whatever an owner who was killed wrote here is no longer true.
    rmSync(join(folder, 'database-url'), { force: true });
    return lock;
  } catch (error) {
    await lock.release();
    throw new Refusal(
      `Nothing can be written in the data folder ${folder}: ${errorText(error)}. Set LATCHWATCH_DATA to one where it can.`,
    );
  }
}

/** Makes this process the owner of the folder. @throws Refusal when another process is. */
export async function ownDataFolder(folder: string): Promise<OwnerLock> {
  const lock = await tryOwnDataFolder(folder);
  if (lock !== null) return lock;
  throw new Refusal(
    `Latchwatch already runs on the data folder ${folder}: stop it first, or set LATCHWATCH_DATA to another folder for a second one.`,
  );
}

/** The secret that signs sessions, made on first use. @throws Refusal when it cannot be kept. */
export function readOrMakeSecret(folder: string): string {
  const path = join(folder, 'secret');
  try {
    if (existsSync(path)) return readFileSync(path, 'utf8').trim();
    const secret = randomBytes(36).toString('base64url');
    writePrivate(path, `${secret}\n`);
    return secret;
  } catch (error) {
    throw new Refusal(`The secret in ${path} cannot be read or made: ${errorText(error)}. Set LATCHWATCH_SECRET.`);
  }
}

/** Whether pseudonyms were ever made with a key of this folder. */
export function hasPseudonymKeys(folder: string): boolean {
  return existsSync(join(folder, 'pseudonym-keys'));
}

/** The key of account pseudonyms, made on first use: outside the database. @throws Refusal when it cannot be kept. */
export function readOrMakePseudonymKeys(folder: string): PseudonymKeys {
  const path = join(folder, 'pseudonym-keys');
  try {
    if (!existsSync(path)) {
      writePrivate(path, `${showPseudonymKeys({ current: randomBytes(32), previous: null })}\n`);
    }
    const keys = readPseudonymKeys(readFileSync(path, 'utf8').trim());
    if (keys.ok) return keys.value;
    throw new Error(`it ${keys.error}`);
  } catch (error) {
    throw new Refusal(
      `The keys of pseudonyms in ${path} cannot be read or made: ${errorText(error)}. Set LATCHWATCH_PSEUDONYM_KEYS.`,
    );
  }
}

/**
 * Makes a new key of pseudonyms and keeps the one before as the previous one; the one before that is gone, and with it all
 * way back to accounts that were not seen since. @throws Refusal when there is none yet, or it cannot be kept.
 */
export function rotatePseudonymKeys(folder: string): void {
  if (!hasPseudonymKeys(folder)) {
    throw new Refusal(`There are no keys of pseudonyms in ${folder}: the first start of Latchwatch makes them.`);
  }
  const { current } = readOrMakePseudonymKeys(folder);
  const path = join(folder, 'pseudonym-keys');
  try {
    writePrivate(path, `${showPseudonymKeys({ current: randomBytes(32), previous: current })}\n`);
  } catch (error) {
    throw new Refusal(`The new key of pseudonyms cannot be written to ${path}: ${errorText(error)}.`);
  }
}

/** Tells the other commands of this account where the running database is. */
export function announceDatabase(folder: string, url: string): void {
  writePrivate(join(folder, 'database-url'), `${url}\n`);
}

/** Takes the announcement back, before the database stops. */
export function withdrawDatabase(folder: string): void {
  rmSync(join(folder, 'database-url'), { force: true });
}

/** What the owner of the folder announced; null when it has not (yet). Only true while somebody owns the folder. */
export function announcedDatabase(folder: string): string | null {
  const path = join(folder, 'database-url');
  try {
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
  } catch (error) {
    throw new Refusal(
      `${path} cannot be read (${errorText(error)}): run this as the user that Latchwatch runs as, or set DATABASE_URL.`,
    );
  }
}
