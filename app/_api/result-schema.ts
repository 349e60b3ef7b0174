import { z } from 'zod';
import type { Result } from '#lib/model/result.ts';

/** A schema for text that one of our parsers reads; its sentence becomes the detail of the error. */
export function resultSchema<T>(parse: (text: string) => Result<T>, notText: string) {
  return z.string(notText).transform((text, context): T => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.error, input: text });
    return z.NEVER;
  });
}
