import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorText } from '#lib/error-text.ts';
import { readToken } from '#lib/model/authorization.ts';
import type { Report } from '#lib/model/report.ts';
import { readReportBody } from '#lib/reports/read-body.ts';
import type { Clock, Log } from '#workers/ports.ts';
import type { RejectedLine } from '#workers/store/census/prepare-reports.ts';
import { maySendFrom, type ReportSource } from '#workers/store/census/report-sources.ts';
import type { CensusStore } from '#workers/store/census/census-store.ts';
import type { CommitQueue } from './commit-queue.ts';
import { createGate } from './gate.ts';
import { decodeBody, maxSentBytes, readSentBytes } from './read-body.ts';
import { documentTypeOf, readDocument } from './report-documents.ts';
import type { SourceBook } from './source-book.ts';

/** Bytes of bodies being read and parsed at the same time: some requests of the largest size. */
const maxBytesAtOnce = 16 * 1024 * 1024;
/** Bodies that are inflated and parsed at the same time: each may become 32 MiB and half as much again of objects. */
const inflatedAtOnce = 1;
/** How long, and how many bytes, a refused sender may go on sending: a slow one for its time, a fast one for its bytes. */
const lingerMs = 30_000;
const lingerBytes = 32 * 1024 * 1024;
const batchIdPattern = /^[!-~]{1,200}$/;

/** One way in which a request ends. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterSeconds?: number;
}

/** What the server of reports works with. */
export interface HttpPorts {
  readonly sources: SourceBook;
  readonly queue: Pick<CommitQueue, 'add'>;
  readonly documents: Pick<CensusStore, 'keepDocument'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes reports over HTTP: `POST /ingest/v1/reports` with a source's token. Every answer 202 comes after the commit; any
 * other one means that nothing of the request was taken.
 */
export function createReportServer(ports: HttpPorts): Server {
  let bytesAtOnce = 0;
  const gate = createGate(inflatedAtOnce);
  const server = createServer({ requestTimeout: 60_000 }, (request, response) => {
    const wanted = Math.min(maxSentBytes, Number(request.headers['content-length'] ?? maxSentBytes) || 0);
    if (bytesAtOnce > 0 && bytesAtOnce + wanted > maxBytesAtOnce) {
      send(request, response, refuse(503, 'Too much is being read at this moment.', 1));
      return;
    }
    bytesAtOnce += wanted;
    void handle(request, ports, gate)
      .catch((error: unknown): Answer => {
        ports.log.error('a request for reports failed', { error: errorText(error) });
        return refuse(500, 'Latchwatch made a mistake.');
      })
      .then((answer) => send(request, response, answer))
      .finally(() => {
        bytesAtOnce -= wanted;
      });
  });
  return server;
}

type Gate = ReturnType<typeof createGate>;

async function handle(request: IncomingMessage, ports: HttpPorts, gate: Gate): Promise<Answer> {
  const path = (request.url ?? '').split('?')[0];
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } };
  if (path !== '/ingest/v1/reports') return refuse(404, 'Reports go to /ingest/v1/reports.');
  if (request.method !== 'POST') return refuse(405, 'Send reports with POST.');
  const token = readToken(request.headers.authorization ?? '');
  const source = token === null ? null : await ports.sources.find(token);
  if (source === null) {
    return refuse(401, 'Send the token of a source as Authorization: Bearer, or as the password of HTTP Basic.');
  }
  const from = request.socket.remoteAddress ?? '';
  if (!maySendFrom(source, from)) return refuse(403, 'This source may not send from this address.');
  const sent = await readSentBytes(request);
  if (!sent.ok) return refuse(sent.error.status, sent.error.detail);
  const read = await gate(() => readRequest(request, { sent: sent.value, source, ports }));
  switch (read.kind) {
    case 'refused':
      return read.answer;
    case 'document':
      return takeDocument(read, { source, ports });
    case 'reports':
      return takeReports(read, { source, ports });
  }
}

/** What a request brought. The bytes of reports are let go here: only what was read of them waits for the database. */
type ReadRequest =
  | { readonly kind: 'refused'; readonly answer: Answer }
  | { readonly kind: 'document'; readonly body: Buffer; readonly document: Awaited<ReturnType<typeof readDocument>> }
  | {
      readonly kind: 'reports';
      readonly batchId: string;
      readonly reports: readonly Report[];
      readonly rejected: readonly RejectedLine[];
    };

interface Taking {
  readonly source: ReportSource;
  readonly ports: HttpPorts;
}

async function readRequest(
  request: IncomingMessage,
  { sent, source, ports }: Taking & { readonly sent: Buffer },
): Promise<ReadRequest> {
  const refused = (status: number, detail: string) => ({ kind: 'refused', answer: refuse(status, detail) }) as const;
  const body = await decodeBody(sent, request.headers['content-encoding']);
  if (!body.ok) return refused(body.error.status, body.error.detail);
  const contentType = request.headers['content-type'] ?? '';
  const now = ports.clock.now();
  const type = documentTypeOf(contentType);
  if (type !== null)
    return { kind: 'document', body: body.value, document: await readDocument(body.value, { type, now }) };
  const batchId = readBatchId(request, body.value);
  if (batchId === null) return refused(400, 'X-Batch-Id is 1 to 200 printable characters without a blank.');
  const read = readReportBody(body.value, { contentType, now });
  const { reports, foreign } = keepOwnHosts(read.reports, source);
  const rejected = [...read.rejected, ...foreign].toSorted((a, b) => a.index - b.index);
  return { kind: 'reports', batchId, reports, rejected };
}

async function takeReports(
  { batchId, reports, rejected }: Extract<ReadRequest, { readonly kind: 'reports' }>,
  { source, ports: { sources, queue, log } }: Taking,
): Promise<Answer> {
  const waitSeconds = sources.spend(source, reports.length + rejected.length);
  if (waitSeconds > 0) return overQuota(source, waitSeconds);
  const outcome = await queue.add({ source: source.number, batchId, reports, rejected });
  if (!outcome.ok) {
    const { why, retryAfterSeconds, error } = outcome.postponed;
    if (why === 'full') return refuse(429, 'More is waiting than can be written: try again.', retryAfterSeconds);
    log.warn('reports could not be written', { error: errorText(error) });
    return refuse(503, 'The database does not take reports at this moment.', retryAfterSeconds);
  }
  const { accepted, duplicate, rejected: listed, revoked } = outcome.answer;
  if (revoked) return refuse(401, 'This source has been revoked.');
  return { status: 202, body: { accepted, duplicate, rejected: listed } };
}

function overQuota({ perSecond }: ReportSource, waitSeconds: number): Answer {
  return refuse(429, `This source may send ${String(perSecond)} reports a second.`, waitSeconds);
}

/** Reports of other providers (RFC 8460) and bounces (draft section 7.4): one document a request. */
async function takeDocument(
  { body, document }: Extract<ReadRequest, { readonly kind: 'document' }>,
  { source, ports: { sources, documents, log } }: Taking,
): Promise<Answer> {
  const waitSeconds = sources.spend(source, 1);
  if (waitSeconds > 0) return overQuota(source, waitSeconds);
  if (!document.ok) {
    const rejected = [{ index: 0, pointer: '', detail: document.error }];
    return { status: 202, body: { accepted: 0, duplicate: 0, rejected } };
  }
  try {
    const outcome = await documents.keepDocument({ source: source.number, body, document: document.value });
    if (outcome.kind === 'revoked') return refuse(401, 'This source has been revoked.');
    return { status: 202, body: { accepted: outcome.kept, duplicate: outcome.known, rejected: [] } };
  } catch (error) {
    log.warn('a document could not be written', { error: errorText(error) });
    return refuse(503, 'The database does not take reports at this moment.', 5);
  }
}

/** Events that came twice in a batch count once; a source reports of its own hosts only. */
function keepOwnHosts(
  items: ReturnType<typeof readReportBody>['reports'],
  { hosts }: ReportSource,
): {
  readonly reports: readonly (typeof items)[number]['report'][];
  readonly foreign: readonly RejectedLine[];
} {
  const seen = new Set<string>();
  const foreign: RejectedLine[] = [];
  const reports = items.flatMap(({ index, id, report }) => {
    const { host } = report.server;
    if (hosts.length > 0 && host !== null && !hosts.includes(host)) {
      foreign.push({ index, pointer: '/server_host', detail: 'This source does not report of that host.' });
      return [];
    }
    if (id !== null && seen.has(id)) return [];
    if (id !== null) seen.add(id);
    return [report];
  });
  return { reports, foreign };
}

function readBatchId(request: IncomingMessage, body: Buffer): string | null {
  const named = request.headers['x-batch-id'];
  if (named === undefined) return createHash('sha256').update(body).digest('hex');
  return typeof named === 'string' && batchIdPattern.test(named) ? named : null;
}

const titles: Readonly<Record<number, string>> = {
  400: 'The body cannot be read',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'There is nothing here',
  405: 'This address does not take that method',
  413: 'The body is too large',
  415: 'The body is of another kind',
  429: 'Too many reports',
  500: 'Latchwatch made a mistake',
  503: 'Not at this moment',
};

/** A problem as a response (RFC 9457). */
function refuse(status: number, detail: string, retryAfterSeconds?: number): Answer {
  const body = { type: 'about:blank', title: titles[status] ?? 'Refused', status, detail };
  return { status, body, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/**
 * Answers. What still comes of a request that was refused is thrown away as it comes, and only then the answer ends: Node
 * closes a connection with its last answer, and a sender that meets a closed one never reads why. One that goes on for
 * long is cut off.
 */
function send(request: IncomingMessage, response: ServerResponse, { status, body, retryAfterSeconds }: Answer): void {
  if (response.destroyed || response.headersSent) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  if (request.complete) {
    response.end(text);
    return;
  }
  response.write(text);
  let left = lingerBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.once('end', () => response.end());
  request.resume();
  setTimeout(() => request.destroy(), lingerMs).unref();
}
