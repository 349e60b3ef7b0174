import type { z } from 'zod';
import type { Result } from '#lib/model/result.ts';
import { err, ok } from '#lib/model/result.ts';
import type { Problem } from './problem.ts';
import { toProblem } from './to-problem.ts';

const maxBodyBytes = 64 * 1024;

/** Reads at most 64 KiB, whatever Content-Length promised; null when there was more. */
export async function readCapped(request: Request): Promise<Uint8Array | null> {
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > maxBodyBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}

/** The JSON body, checked against `schema`; unknown members are ignored. */
export async function readBody<T>(request: Request, schema: z.ZodType<T>): Promise<Result<T, Problem>> {
  const mediaType = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    return err({ kind: 'not-json', detail: 'Send the body with Content-Type: application/json.' });
  }
  const bytes = await readCapped(request);
  if (bytes === null) return err({ kind: 'body-too-large', detail: 'Send at most 64 KiB.' });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return err({ kind: 'malformed-json', detail: 'The body could not be read as JSON in UTF-8.' });
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? ok(parsed.data) : err(toProblem(parsed.error, 'body'));
}

/** Query parameters, checked against `schema`. */
export function readQuery<T>(request: Request, schema: z.ZodType<T>): Result<T, Problem> {
  const parsed = schema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  return parsed.success ? ok(parsed.data) : err(toProblem(parsed.error, 'query'));
}
