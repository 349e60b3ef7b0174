import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { guessDocumentType, readDocument } from '#workers/ingest/report-documents.ts';
import type { CensusStore } from '#workers/store/census/census-store.ts';
import { UsageError } from './usage-error.ts';

const maxDocumentBytes = 16 * 1024 * 1024;
const inflate = promisify(gunzip);

/**
 * Takes a file that is a TLS report (RFC 8460), alone or in its mail, or a bounce. Gives what was new and what was known;
 * null where the file is something else, and nothing was taken. @throws UsageError where it is one that cannot be read.
 */
export async function importDocument(
  path: string,
  { store, source }: { readonly store: Pick<CensusStore, 'keepDocument'>; readonly source: number },
): Promise<{ readonly taken: number; readonly known: number } | null> {
  const body = await readUnpacked(path);
  const type = body === null ? null : guessDocumentType(body);
  if (body === null || type === null || type === 'application/tlsrpt+gzip') return null;
  const document = await readDocument(body, { type, now: Date.now() });
  if (!document.ok) throw new UsageError(`${path} cannot be taken. ${document.error}`);
  const outcome = await store.keepDocument({ source, body, document: document.value });
  if (outcome.kind === 'revoked') throw new UsageError('The source was revoked.');
  return { taken: outcome.kept, known: outcome.known };
}

/** The whole file, unpacked where it is gzip; null: it is larger than a document, or packed in another way. */
async function readUnpacked(path: string): Promise<Buffer | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxDocumentBytes) return null;
    const body = await file.readFile();
    if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
    return await inflate(body, { maxOutputLength: maxDocumentBytes }).catch(() => null);
  } finally {
    await file.close();
  }
}
