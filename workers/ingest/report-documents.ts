import { promisify, types } from 'node:util';
import { gunzip } from 'node:zlib';
import { readMimeMessage } from '#lib/mail/mime-parts.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import { readBounce, type LatchBounce } from '#lib/reports/bounce.ts';
import { parseTlsReport, type TlsReportPolicy } from '#lib/reports/tls-rpt.ts';

/** What other providers tell, in whole documents. */
type ReportDocument =
  | { readonly kind: 'tls-report'; readonly policies: readonly TlsReportPolicy[] }
  | { readonly kind: 'bounce'; readonly bounces: readonly LatchBounce[] };

const documentTypes = ['application/tlsrpt+json', 'application/tlsrpt+gzip', 'message/rfc822'] as const;
type DocumentType = (typeof documentTypes)[number];

const maxInflatedBytes = 8 * 1024 * 1024;
const inflate = promisify(gunzip);

/** Which of the documents a content type names (RFC 8460 section 6.4 and 6.5, RFC 2046); null: none of them. */
export function documentTypeOf(contentType: string): DocumentType | null {
  const bare = contentType.split(';')[0]?.trim().toLowerCase();
  return documentTypes.find((type) => type === bare) ?? null;
}

/** Which of the documents these bytes look like, where nothing names the type, as in a file; null: none of them. */
export function guessDocumentType(body: Buffer): DocumentType | null {
  if (body[0] === 0x1f && body[1] === 0x8b) return 'application/tlsrpt+gzip';
  const head = body.toString('latin1', 0, 4096);
  if (/^\s*\{/.test(head)) return /"(?:date-range|policies)"/.test(head) ? 'application/tlsrpt+json' : null;
  return /^(?:From |[!-9;-~]{1,70}:[ \t])/.test(head) && /^(?:mime-version|content-type|received):/im.test(head)
    ? 'message/rfc822'
    : null;
}

/**
 * Reads a document: a TLS report, alone or in the mail that it came with, or a bounce. The error is one sentence.
 * `now`: milliseconds since the epoch.
 */
export async function readDocument(
  body: Buffer,
  { type, now }: { readonly type: DocumentType; readonly now: number },
): Promise<Result<ReportDocument>> {
  switch (type) {
    case 'application/tlsrpt+json':
      return readTlsReport(body, now);
    case 'application/tlsrpt+gzip': {
      // Some senders name the type and forget to compress.
      if (body[0] !== 0x1f || body[1] !== 0x8b) return readTlsReport(body, now);
      const inflated = await inflateBounded(body);
      return inflated.ok ? readTlsReport(inflated.value, now) : inflated;
    }
    case 'message/rfc822':
      return readMessage(body, now);
  }
}

async function readMessage(body: Buffer, now: number): Promise<Result<ReportDocument>> {
  const message = readMimeMessage(body);
  for (const part of message.parts) {
    const type = documentTypeOf(part.contentType) ?? archiveType(part.contentType, part.body);
    if (type !== null && type !== 'message/rfc822') return readDocument(part.body, { type, now });
  }
  const bounces = readBounce(message, now);
  return bounces.ok ? ok({ kind: 'bounce', bounces: bounces.value }) : bounces;
}

/** Reports that are attached under the type of their file. */
function archiveType(contentType: string, body: Buffer): DocumentType | null {
  return ['application/gzip', 'application/x-gzip', 'application/json', 'application/octet-stream'].includes(
    contentType,
  )
    ? guessDocumentType(body)
    : null;
}

function readTlsReport(body: Buffer, now: number): Result<ReportDocument> {
  const report = parseTlsReport(body.toString('utf8'), now);
  return report.ok ? ok({ kind: 'tls-report', policies: report.value }) : report;
}

async function inflateBounded(body: Buffer): Promise<Result<Buffer>> {
  try {
    return ok(await inflate(body, { maxOutputLength: maxInflatedBytes }));
  } catch (error) {
    const isLarge = types.isNativeError(error) && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const limit = `The report is larger than ${String(maxInflatedBytes)} bytes.`;
    return err(isLarge ? limit : 'The report says that it is gzip and is not.');
  }
}
