import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** One mail as it came over the wire. */
export interface SunkMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header names in lower case, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly raw: string;
}

export interface SmtpSink {
  readonly port: number;
  /** In the order they were taken. */
  readonly mails: readonly SunkMail[];
  /** Resolves when there are this many. */
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A real SMTP server (RFC 5321) on 127.0.0.1 that keeps what it is given. `refuse` turns receivers away. */
export async function startSmtpSink(
  options: { readonly port?: number; readonly refuse?: (receiver: string) => boolean } = {},
): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, options.refuse ?? (() => false), (mail) => {
      mails.push(mail);
      waiting.forEach((look) => look());
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    mails,
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

function serve(socket: Socket, refuse: (receiver: string) => boolean, keep: (mail: SunkMail) => void): void {
  let buffer = '';
  let from = '';
  let to: string[] = [];
  let data = false;
  const reply = (line: string): void => void socket.write(`${line}\r\n`);
  socket.setEncoding('latin1');
  reply('220 sink.test ESMTP');
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    for (;;) {
      if (data) {
        const end = buffer.indexOf('\r\n.\r\n');
        if (end < 0) return;
        keep(readMail({ from, to, raw: buffer.slice(0, end).replaceAll('\r\n..', '\r\n.') }));
        buffer = buffer.slice(end + 5);
        [from, to, data] = ['', [], false];
        reply('250 2.0.0 kept');
        continue;
      }
      const end = buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
      switch (line.slice(0, 4).toUpperCase()) {
        case 'EHLO':
          reply('250-sink.test');
          reply('250 8BITMIME');
          break;
        case 'MAIL':
          from = address;
          reply('250 2.1.0 ok');
          break;
        case 'RCPT':
          if (refuse(address)) reply('550 5.1.1 no such receiver');
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
  });
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
  return { from, to, headers, body: body.replaceAll('\r\n', '\n'), raw };
}

/** RFC 2045 section 6.7 */
function decodeQuotedPrintable(text: string): string {
  const octets = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString('utf8');
}
