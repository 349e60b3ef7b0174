import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { ScriptedDnsFault } from './zone-types.ts';

/*
 * A name server that passes every question on to a real one, but for what a fault says. It knows as much of the wire
 * format as it needs: the name and type of the question, the rcode, and where the OPT record has its DO bit.
 */

const patienceMs = 2_000;
const typeTlsa = 52;
const typeOpt = 41;
const rcodeServfail = 2;

export interface ScriptedDnsOptions {
  readonly address: string;
  readonly port: number;
  /** A real authoritative server, port 53. */
  readonly upstream: string;
  /** Of the zone that a name (lower case, final dot) is in; null: everything is passed on. */
  readonly faultOf: (name: string) => ScriptedDnsFault | null;
}

/** Answers on UDP and TCP. */
export function startScriptedDns(options: ScriptedDnsOptions): void {
  const { address, port, upstream } = options;
  const udp = createSocket('udp4');
  udp.on('message', (query, sender) => {
    void respond(query, options, (passed) => askOverUdp(passed, upstream)).then((answer) => {
      if (answer !== null) udp.send(answer, sender.port, sender.address);
    });
  });
  udp.bind({ address, port });
  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    readFramed(socket, (query) => {
      void respond(query, options, (passed) => askOverTcp(passed, upstream)).then((answer) => {
        if (answer === null) socket.destroy();
        else socket.end(framed(answer));
      });
    });
  }).listen(port, address);
}

/** Null: no answer at all. */
async function respond(
  query: Buffer,
  { faultOf }: ScriptedDnsOptions,
  ask: (query: Buffer) => Promise<Buffer | null>,
): Promise<Buffer | null> {
  const question = readQuestion(query);
  if (question === null) return null;
  const fault = faultOf(question.name);
  switch (fault) {
    case null:
      return ask(query);
    case 'drops-tlsa':
      return question.type === typeTlsa ? null : ask(query);
    case 'servfail-tlsa':
      return question.type === typeTlsa ? servfail(query, question.end) : ask(query);
    case 'ignores-do':
      return ask(withoutDo(query, question.end));
  }
}

interface Question {
  readonly name: string;
  readonly type: number;
  /** Where the next section begins. */
  readonly end: number;
}

function readQuestion(query: Buffer): Question | null {
  const labels: string[] = [];
  let at = 12;
  for (;;) {
    const length = query[at];
    if (length === undefined || length > 63) return null;
    at += 1;
    if (length === 0) break;
    labels.push(query.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
  if (query.length < at + 4) return null;
  return { name: `${labels.join('.')}.`, type: query.readUInt16BE(at), end: at + 4 };
}

function servfail(query: Buffer, end: number): Buffer {
  const answer = Buffer.from(query.subarray(0, end));
  answer.writeUInt16BE(0x8000 | (answer.readUInt16BE(2) & 0x0110) | rcodeServfail, 2);
  answer.fill(0, 6, 12);
  return answer;
}

/** The OPT record of a query comes right behind the question: root name, type, size, extended rcode, version, flags. */
function withoutDo(query: Buffer, end: number): Buffer {
  const changed = Buffer.from(query);
  if (changed.length >= end + 11 && changed.readUInt16BE(end + 1) === typeOpt) changed.writeUInt16BE(0, end + 7);
  return changed;
}

async function askOverUdp(query: Buffer, upstream: string): Promise<Buffer | null> {
  const socket = createSocket('udp4');
  try {
    socket.send(query, 53, upstream);
    const received: unknown[] = await once(socket, 'message', { signal: AbortSignal.timeout(patienceMs) });
    return Buffer.isBuffer(received[0]) ? received[0] : null;
  } catch {
    return null;
  } finally {
    socket.close();
  }
}

async function askOverTcp(query: Buffer, upstream: string): Promise<Buffer | null> {
  const socket = connect({ host: upstream, port: 53 });
  return new Promise((resolve) => {
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('error', () => resolve(null));
    socket.on('close', () => resolve(null));
    readFramed(socket, (answer) => {
      resolve(answer);
      socket.destroy();
    });
    socket.write(framed(query));
  });
}

/** The first message with a length before it (RFC 1035 section 4.2.2). */
function readFramed(socket: Socket, take: (message: Buffer) => void): void {
  let received = Buffer.alloc(0);
  let taken = false;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (taken || received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    taken = true;
    take(received.subarray(2, 2 + received.readUInt16BE(0)));
  });
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
