import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { err, ok, type Result } from '#lib/model/result.ts';

/** What a request may hold: as sent, and when inflated. */
export const maxSentBytes = 5 * 1024 * 1024;
const maxInflatedBytes = 32 * 1024 * 1024;

/** Why a body was not read. */
export type BodyRefusal =
  | { readonly status: 413; readonly detail: string }
  | { readonly status: 415; readonly detail: string }
  | { readonly status: 400; readonly detail: string };

const inflate = promisify(gunzip);

/** Reads a body to its end, up to the limit; a longer one is left unread. Rejects when the connection breaks. */
export async function readSentBytes(request: IncomingMessage): Promise<Result<Buffer, BodyRefusal>> {
  const tooLarge = err({ status: 413 as const, detail: `A request holds at most ${String(maxSentBytes)} bytes.` });
  if (Number(request.headers['content-length'] ?? 0) > maxSentBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed on return: a sender that is still sending shall get to read why it is refused.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxSentBytes) return tooLarge;
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}

/** Undoes the compression that the headers name: gzip or none. */
export async function decodeBody(sent: Buffer, encoding: string | undefined): Promise<Result<Buffer, BodyRefusal>> {
  switch ((encoding ?? 'identity').trim().toLowerCase()) {
    case '':
    case 'identity':
      return ok(sent);
    case 'gzip':
    case 'x-gzip':
      break;
    default:
      return err({ status: 415, detail: 'Compress with gzip, or not at all.' });
  }
  try {
    return ok(await inflate(sent, { maxOutputLength: maxInflatedBytes }));
  } catch (error) {
    const isLarge =
      typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isLarge
      ? err({ status: 413, detail: `A request holds at most ${String(maxInflatedBytes)} bytes when inflated.` })
      : err({ status: 400, detail: 'The body says that it is gzip and is not.' });
  }
}
