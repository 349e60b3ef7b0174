import { z } from 'zod';

/*
 * Parts of the schemas of answers. The document of the API is made of them, and tests hold real answers against it.
 * Words that may become more with a new version are plain texts with a description.
 */

/** Schemas that have a name of their own in the document. */
export const namedSchemas = z.registry<{ readonly id: string; readonly description?: string }>();

/** Gives a schema its name in the document. */
export function named<T extends z.ZodType>(id: string, description: string, schema: T): T {
  namedSchemas.add(schema, { id, description });
  return schema;
}

/** An instant: a Date here, RFC 3339 in UTC outside. */
export const when = z.date();
/** An instant that is text already. */
export const whenText = z.iso.datetime();

/** A list that nobody changes. */
export function listed<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

/** What every list answers. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    data: listed(item),
    next_cursor: z.string().nullable().describe('Give it as `cursor` for what comes next.'),
    has_more: z.boolean().describe('Whether there is more to be read at once.'),
  });
}

export const link = z.url().describe('A page of the console, or an address of this API.');
export const severity = z.enum(['critical', 'error', 'warning', 'info']);
export const severityNumberAnswer = z
  .int()
  .min(1)
  .max(4)
  .describe('1 critical, 2 error, 3 warning, 4 info: as ServiceNow counts.');
export const verdict = z
  .string()
  .describe('crit, fail, warn, info, pass, inconclusive and others. New versions may add values.');
/** One to four clients are not told, lest somebody is recognised. */
export const clients = z.int().nullable().describe('Clients; null: one to four, which are not told apart.');
/** Facts whose members are those of the stored observation and are not promised. */
export const facts = z.record(z.string(), z.unknown());

/** Why somebody could not look. */
export const failureAnswer = named(
  'Failure',
  'Why it could not be looked at.',
  z.object({
    stage: z.string().describe('How far it came: resolve, connect, greeting, … New versions may add values.'),
    reason: z.string().describe('refused, timeout, nxdomain, … New versions may add values.'),
    said: z.string().optional().describe('What the other side said. Text of strangers.'),
  }),
);

/** RFC 9457. */
export const problemAnswer = named(
  'Problem',
  'Why not (RFC 9457).',
  z.object({
    type: z.url().describe('What kind of problem: an address of this API that says so.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('The path that was asked for.'),
    request_id: z.string().describe('The log has more under it.'),
    errors: listed(
      z.object({
        pointer: z.string().describe('JSON pointer into the body, or `?name` of a query parameter.'),
        detail: z.string(),
      }),
    ).optional(),
  }),
);
