import { createHmac } from 'node:crypto';
import { err, ok, type Result } from '../model/result.ts';

/*
 * Accounts are kept as pseudonyms only: a keyed hash of the user name. Without the key, which is not in the database,
 * nobody can try out addresses against it. The key may change: while `previous` is there, rows found under it move.
 */

/** Keys of 32 bytes. `previous`: of the epoch before, as long as rows may still be kept under it; null: none. */
export interface PseudonymKeys {
  readonly current: Buffer;
  readonly previous: Buffer | null;
}

/** Octets of HMAC-SHA256 that are kept: as many as a UUID has. */
const pseudonymOctets = 16;
const keyOctets = 32;

/**
 * The pseudonym of a user name: the first 16 octets of HMAC-SHA256 over its NFC form in lower case, as 32 hex digits.
 * A mail server that makes it itself must do the same.
 */
export function pseudonymOf(key: Buffer, user: string): string {
  return createHmac('sha256', key)
    .update(user.normalize('NFC').toLowerCase())
    .digest()
    .toString('hex', 0, pseudonymOctets);
}

/** All pseudonyms that rows of a user may stand under, the current one first. */
export function pseudonymsOf({ current, previous }: PseudonymKeys, user: string): readonly string[] {
  return [current, ...(previous === null ? [] : [previous])].map((key) => pseudonymOf(key, user));
}

/** Reads the setting: one or two keys in base64url, the current one first, separated by a comma. */
export function readPseudonymKeys(text: string): Result<PseudonymKeys> {
  const keys = text.split(',').map((part) => part.trim());
  const [current, previous] = keys.map((key) => Buffer.from(key, 'base64url'));
  const areWhole = keys.every((key) => /^[A-Za-z0-9_-]{43}$/.test(key));
  if (current === undefined || keys.length > 2 || !areWhole) {
    return err(`must be one or two keys of ${String(keyOctets)} bytes in base64url, the current one first`);
  }
  return ok({ current, previous: previous ?? null });
}

/** The setting's text for these keys. */
export function showPseudonymKeys({ current, previous }: PseudonymKeys): string {
  return [current, ...(previous === null ? [] : [previous])].map((key) => key.toString('base64url')).join(',');
}
