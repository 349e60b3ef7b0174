import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

export interface SinkOptions {
  /** Each mail becomes a file `NNNNNN.eml` here, with envelope lines before its header. */
  readonly folder: string;
  readonly maxMails: number;
  readonly maxMailBytes: number;
}

interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

const idleMs = 60_000;
const maxCommandBytes = 2048;

/** An SMTP server (RFC 5321) that takes every mail and keeps it. The caller makes it listen. */
export function createSink(options: SinkOptions): Server {
  mkdirSync(options.folder, { recursive: true });
  const server = createServer((socket) => receive(socket, options));
  server.maxConnections = 50;
  return server;
}

/** Numbers of the mails in a folder, oldest first. */
export function mailNumbers(folder: string): readonly number[] {
  return readdirSync(folder)
    .filter((name) => /^\d{6}\.eml$/.test(name))
    .map((name) => Number(name.slice(0, 6)))
    .sort((a, b) => a - b);
}

export function mailFile(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(6, '0')}.eml`);
}

function receive(socket: Socket, options: SinkOptions): void {
  let envelope: Envelope = { from: '', to: [] };
  let inData = false;
  let pending = '';
  const say = (text: string): void => void socket.write(`${text}\r\n`);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  say('220 sink.lab.test ESMTP');
  socket.setEncoding('latin1').on('data', (text) => {
    pending += String(text);
    if (pending.length > (inData ? options.maxMailBytes : maxCommandBytes)) {
      socket.end('552 5.3.4 Too much\r\n');
      return;
    }
    for (;;) {
      const terminator = inData ? '\r\n.\r\n' : '\r\n';
      // An empty mail is the terminator without the line end before it.
      const end = inData && pending.startsWith('.\r\n') ? -2 : pending.indexOf(terminator);
      if (end === -1) return;
      const part = pending.slice(0, Math.max(end, 0));
      pending = pending.slice(end + terminator.length);
      if (inData) {
        inData = false;
        say(store(part, envelope, options));
        envelope = { from: '', to: [] };
      } else {
        const step = command(part, envelope, options.maxMailBytes);
        envelope = step.envelope;
        inData = step.data;
        say(step.reply);
        if (step.close) {
          socket.end();
          return;
        }
      }
    }
  });
}

interface Step {
  readonly reply: string;
  readonly envelope: Envelope;
  readonly data: boolean;
  readonly close: boolean;
}

function command(line: string, envelope: Envelope, maxMailBytes: number): Step {
  const stay = { envelope, data: false, close: false };
  const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
  switch (/^[a-z]+/i.exec(line)?.[0].toUpperCase()) {
    case 'EHLO':
      return { ...stay, reply: `250-sink.lab.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE ${maxMailBytes}` };
    case 'HELO':
      return { ...stay, reply: '250 sink.lab.test' };
    case 'MAIL':
      return { ...stay, envelope: { from: address, to: [] }, reply: '250 2.1.0 Ok' };
    case 'RCPT':
      if (envelope.to.length >= 100) return { ...stay, reply: '452 4.5.3 Too many recipients' };
      return { ...stay, envelope: { ...envelope, to: [...envelope.to, address] }, reply: '250 2.1.5 Ok' };
    case 'DATA':
      if (envelope.to.length === 0) return { ...stay, reply: '503 5.5.1 RCPT first' };
      return { ...stay, data: true, reply: '354 Go on' };
    case 'RSET':
      return { ...stay, envelope: { from: '', to: [] }, reply: '250 2.0.0 Ok' };
    case 'NOOP':
      return { ...stay, reply: '250 2.0.0 Ok' };
    case 'QUIT':
      return { ...stay, close: true, reply: '221 2.0.0 Bye' };
    case undefined:
    default:
      return { ...stay, reply: '502 5.5.2 Command not recognized' };
  }
}

function store(data: string, envelope: Envelope, options: SinkOptions): string {
  const numbers = mailNumbers(options.folder);
  if (numbers.length >= options.maxMails) return '452 4.3.1 The sink is full';
  const file = mailFile(options.folder, (numbers.at(-1) ?? 0) + 1);
  const trace = `X-Envelope-From: <${envelope.from}>\r\nX-Envelope-To: ${envelope.to.join(', ')}\r\n`;
  const unstuffed = data.replaceAll(/(^|\r\n)\./g, '$1');
  // Renamed into place, so that a reader never sees half a mail.
  writeFileSync(`${file}.part`, trace + unstuffed, 'latin1');
  renameSync(`${file}.part`, file);
  return '250 2.0.0 Kept';
}
