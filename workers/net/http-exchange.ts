import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { probeFailure } from '#lib/mail/dialogue.ts';
import type { FailureReason, HttpDocument, Seen } from '#lib/model/observation.ts';

/** Octets of a body that are read; of more, the first ones are kept. */
const maxBodyBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;
/** Interim responses (1xx) that are passed over before the one that counts. */
const maxInterim = 8;
const maxHeaderText = 2048;

/** A form to send: what is asked for is then asked by POST. */
export interface PostedForm {
  readonly contentType: string;
  readonly body: string;
  /** Further header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpExchangeOptions {
  /** Connected, and through its handshake where there is one. Is closed by the exchange. */
  readonly socket: Socket;
  readonly url: URL;
  /** Null: GET. */
  readonly form: PostedForm | null;
  /** `performance.now()` value. */
  readonly deadline: number;
}

/** What one response said. */
export interface HttpAnswer extends Pick<
  HttpDocument,
  'status' | 'contentType' | 'asksForLogin' | 'body' | 'truncated'
> {
  readonly location: string | null;
}

/**
 * One HTTP/1.1 request over a given socket, read by Node's parser with caps on header, body and time. Sends no cookie
 * and no credentials. Never rejects for anything a server does; the socket is closed when it returns.
 */
export async function exchangeHttp({ socket, url, form, deadline }: HttpExchangeOptions): Promise<Seen<HttpAnswer>> {
  return new Promise((resolve) => {
    const settle = (outcome: Seen<HttpAnswer>) => {
      clearTimeout(timer);
      asking.destroy();
      socket.destroy();
      resolve(outcome);
    };
    const fail = (reason: FailureReason, said?: string) =>
      settle({ ok: false, failure: probeFailure('request', reason, said) });
    const asking = request({
      createConnection: () => socket,
      method: form === null ? 'GET' : 'POST',
      path: `${url.pathname}${url.search}`,
      maxHeaderSize: maxHeaderBytes,
      insecureHTTPParser: false,
      setHost: false,
      headers: {
        host: url.host,
        'user-agent': 'Latchwatch',
        accept: '*/*',
        'accept-encoding': 'identity',
        connection: 'close',
        ...(form === null
          ? {}
          : {
              ...form.headers,
              'content-type': form.contentType,
              'content-length': String(Buffer.byteLength(form.body)),
            }),
      },
    });
    const timer = setTimeout(() => fail('timeout'), Math.max(0, deadline - performance.now()));
    let interim = 0;
    asking.on('information', () => {
      interim += 1;
      if (interim > maxInterim) fail('limit', `more than ${maxInterim} interim responses`);
    });
    // Stays for the life of the request: an error that nobody listens to would end the process.
    asking.on('error', (error) => fail(...requestFailure(error)));
    asking.once('upgrade', () => fail('protocol', 'changed to another protocol'));
    asking.once('close', () => fail('closed'));
    asking.once('response', (response) => readAnswer(response, { settle, fail }));
    asking.end(form?.body);
  });
}

interface Outcome {
  readonly settle: (outcome: Seen<HttpAnswer>) => void;
  readonly fail: (reason: FailureReason, said?: string) => void;
}

function readAnswer(response: IncomingMessage, { settle, fail }: Outcome): void {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const chunks: Buffer[] = [];
  let octets = 0;
  const answer = (truncated: boolean): Seen<HttpAnswer> => {
    const body = Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8');
    return {
      ok: true,
      facts: {
        status: response.statusCode ?? 0,
        contentType: readContentType(response.headers['content-type']),
        asksForLogin: asksForLogin(response, body),
        location: response.headers.location?.slice(0, maxHeaderText) ?? null,
        body,
        truncated,
      },
    };
  };
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    octets += chunk.length;
    if (octets > maxBodyBytes) settle(answer(true));
  });
  response.once('end', () => {
    if (encoding === 'identity') settle(answer(false));
    else fail('protocol', `content-encoding ${encoding}, although only identity was asked for`);
  });
  response.on('error', (error) => fail(...requestFailure(error)));
}

function readContentType(value: string | undefined): string | null {
  const type = value?.split(';')[0]?.trim().toLowerCase().slice(0, 100) ?? '';
  return type === '' ? null : type;
}

/** A status page is no use to somebody who cannot log in. */
function asksForLogin({ statusCode, headers }: IncomingMessage, body: string): boolean {
  return (
    statusCode === 401 ||
    headers['www-authenticate'] !== undefined ||
    /<input\b[^>]{0,300}\btype\s*=\s*["']?password\b/i.test(body)
  );
}

/** Codes of Node's HTTP parser begin with HPE: what came is not HTTP, or too much of it. */
function requestFailure(error: Error): readonly [reason: FailureReason, said: string] {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  if (code === 'HPE_HEADER_OVERFLOW') return ['limit', code];
  if (code.startsWith('HPE_')) return ['protocol', code];
  switch (code) {
    case 'ECONNRESET':
      // Node gives an orderly close before or within the answer the same code, but it has no system call.
      return ['syscall' in error ? 'reset' : 'closed', code];
    case 'EPIPE':
      return ['reset', code];
    case 'ETIMEDOUT':
      return ['timeout', code];
    default:
      return [code.startsWith('ERR_SSL') ? 'tls' : 'closed', code];
  }
}
