import type { z } from 'zod';
import type { Result } from '#lib/model/result.ts';
import { err, ok } from '#lib/model/result.ts';
import type { Problem } from './problem.ts';
import { isStorable } from './storable-text.ts';

/** A place in a list, opaque to the caller. */
export function encodeCursor(place: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place that `encodeCursor` wrote. */
export function decodeCursor<T>(text: string, schema: z.ZodType<T>): Result<T, Problem> {
  const malformed: Problem = { kind: 'malformed-cursor', detail: 'Start again without a cursor.' };
  try {
    const texts: string[] = [];
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'), (_name, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    const parsed = schema.safeParse(place);
    return parsed.success && texts.every(isStorable) ? ok(parsed.data) : err(malformed);
  } catch {
    return err(malformed);
  }
}
