import { randomUUID } from 'node:crypto';
import { logError } from '#app/_api/log-error.ts';

/** What came of a read. `id` is what the log calls the error. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly id: string };

/** For one part of a page: when its read fails the others still stand. The error goes to the log. */
export async function tryReading<T>(what: string, read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    const id = randomUUID().slice(0, 8);
    logError(`${what} could not be read`, { id, error });
    return { ok: false, id };
  }
}
