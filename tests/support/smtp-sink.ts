import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { TestCertificate } from './certificates.ts';

/** One mail as it came over the wire. */
export interface SunkMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header names in lower case, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly raw: string;
  /** `performance.now()` when it was taken. */
  readonly takenAt: number;
}

export interface SmtpSink {
  readonly port: number;
  /** In the order they were taken. */
  readonly mails: readonly SunkMail[];
  /** Every command that came, on whichever connection. */
  readonly lines: readonly SunkLine[];
  /** Resolves when there are this many. */
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface SinkOptions {
  readonly port?: number;
  /** Turns receivers away. */
  readonly refuse?: (receiver: string) => boolean;
  /** Turns a mail away once it has read it: with these words after the code 554, or in its own. */
  readonly spurn?: (mail: SunkMail) => boolean | string;
  /** What it shows; asked with every handshake. */
  readonly certificate?: () => TestCertificate;
  /** With a certificate: from the first byte, or after STARTTLS. */
  readonly tlsMode?: 'implicit' | 'starttls';
  /** Takes mail from this account only. */
  readonly account?: { readonly user: string; readonly pass: string };
  /** Answers a command in place of the sink; null: as usual; `hang`: with silence. */
  readonly answer?: (line: string) => string | null;
}

export interface SunkLine {
  readonly line: string;
  /** False: anybody on the way could read it. */
  readonly secure: boolean;
}

/** A real SMTP server (RFC 5321, RFC 3207, RFC 4954) on 127.0.0.1 that keeps what it is given. */
export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  const lines: SunkLine[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const keep = (mail: SunkMail): void => {
      mails.push(mail);
      waiting.forEach((look) => look());
    };
    const implicit = options.tlsMode === 'implicit';
    const stream = implicit ? secure(socket, options) : socket;
    serve(stream, { ...options, secured: implicit, greets: true, keep, note: (line) => lines.push(line) });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    mails,
    lines,
    waitFor: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (mails.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

function secure(socket: Socket, { certificate }: SinkOptions): Socket {
  if (certificate === undefined) throw new Error('TLS needs a certificate');
  const { pem, keyPem } = certificate();
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({ cert: pem, key: keyPem }),
  });
  secured.on('error', () => undefined);
  return secured;
}

interface Service extends SinkOptions {
  readonly secured: boolean;
  /** False: the greeting was before STARTTLS. */
  readonly greets: boolean;
  readonly keep: (mail: SunkMail) => void;
  readonly note: (line: SunkLine) => void;
}

function serve(socket: Socket, service: Service): void {
  const { account, secured, keep } = service;
  let buffer = '';
  let from = '';
  let to: string[] = [];
  let data = false;
  let known = account === undefined;
  const offersTls = service.tlsMode === 'starttls' && !secured;
  const reply = (line: string): void => void socket.write(`${line}\r\n`);
  socket.setEncoding('latin1');
  if (service.greets) reply('220 sink.test ESMTP');
  const read = (chunk: string): void => {
    buffer += chunk;
    for (;;) {
      if (data) {
        const end = buffer.indexOf('\r\n.\r\n');
        if (end < 0) return;
        const mail = readMail({ from, to, raw: buffer.slice(0, end).replaceAll('\r\n..', '\r\n.') });
        buffer = buffer.slice(end + 5);
        [from, to, data] = ['', [], false];
        const spurned = service.spurn?.(mail) ?? false;
        if (spurned !== false) {
          reply(`554 5.7.1 ${spurned === true ? 'not this one' : spurned}`);
          continue;
        }
        keep(mail);
        reply('250 2.0.0 kept');
        continue;
      }
      const end = buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      service.note({ line, secure: secured });
      const scripted = service.answer?.(line) ?? null;
      if (scripted !== null) {
        if (scripted !== 'hang') reply(scripted);
        continue;
      }
      const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
      switch (line.slice(0, 4).toUpperCase()) {
        case 'EHLO':
          reply('250-sink.test');
          if (offersTls) reply('250-STARTTLS');
          if (account !== undefined) reply('250-AUTH PLAIN');
          reply('250 8BITMIME');
          break;
        case 'STAR':
          if (!offersTls) {
            reply('502 5.5.1 not here');
            break;
          }
          reply('220 2.0.0 go on');
          socket.off('data', read);
          serve(secure(socket, service), { ...service, secured: true, greets: false });
          return;
        case 'AUTH': {
          const right = Buffer.from(`\0${account?.user ?? ''}\0${account?.pass ?? ''}`).toString('base64');
          known = line === `AUTH PLAIN ${right}`;
          reply(known ? '235 2.7.0 welcome' : '535 5.7.8 no such account');
          break;
        }
        case 'MAIL':
          from = address;
          reply(known ? '250 2.1.0 ok' : '530 5.7.0 authenticate first');
          break;
        case 'RCPT':
          if (service.refuse?.(address) === true) reply('550 5.1.1 no such receiver');
          else {
            to.push(address);
            reply('250 2.1.5 ok');
          }
          break;
        case 'DATA':
          data = true;
          reply('354 go on');
          break;
        case 'QUIT':
          socket.end('221 2.0.0 bye\r\n');
          return;
        default:
          reply('502 5.5.1 not here');
      }
    }
  };
  socket.on('data', read);
}

function readMail({ from, to, raw }: Pick<SunkMail, 'from' | 'to' | 'raw'>): SunkMail {
  const split = raw.indexOf('\r\n\r\n');
  const headers = new Map(
    raw
      .slice(0, split)
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const encoded = raw.slice(split + 4);
  const quoted = headers.get('content-transfer-encoding') === 'quoted-printable';
  const body = quoted ? decodeQuotedPrintable(encoded) : encoded;
  return { from, to, headers, body: body.replaceAll('\r\n', '\n'), raw, takenAt: performance.now() };
}

/** RFC 2045 section 6.7 */
function decodeQuotedPrintable(text: string): string {
  const octets = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}
