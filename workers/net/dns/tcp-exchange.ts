import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { isAnswerTo } from '#lib/dns/match.ts';
import { decodeMessage } from '#lib/dns/message.ts';
import { formatServerAddress } from '#lib/dns/server-address.ts';
import type { Dial } from '#workers/ports.ts';
import { errorCode } from '../dial.ts';
import { stopped, unanswered, type ExchangeOutcome, type OutgoingQuery } from './exchange.ts';

/** Asks over TCP, one query a connection (RFC 7766). The length prefix bounds the answer at 64 KiB. */
export async function exchangeOverTcp(query: OutgoingQuery, dial: Dial): Promise<ExchangeOutcome> {
  const server = formatServerAddress(query.server);
  const dialled = await dial({ ...query.server, deadline: query.deadline });
  if (!dialled.ok) {
    const { reason, said } = dialled.failure;
    return unanswered(reason === 'timeout' ? 'timeout' : 'dns', `${server} over TCP: ${said ?? reason}`);
  }
  const octets = await readFramed(dialled.facts, query);
  if (typeof octets === 'string') {
    return unanswered(octets === 'timeout' ? 'timeout' : 'dns', `${server} over TCP: ${octets}`);
  }
  const message = decodeMessage(octets);
  if (!message.ok) return unanswered('dns', `${server} over TCP: ${message.error}`);
  if (!isAnswerTo(message.value, query)) return unanswered('dns', `${server} over TCP answered another question`);
  if (message.value.truncated) return unanswered('dns', `${server} cut its answer off even over TCP`);
  return { ok: true, facts: message.value };
}

/** Sends the query and reads one length-prefixed message; a text says why there is none. */
async function readFramed(socket: Socket, query: OutgoingQuery): Promise<Uint8Array | string> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const settle = (outcome: Uint8Array | string) => {
      clearTimeout(timer);
      query.signal?.removeEventListener('abort', stop);
      socket.destroy();
      resolve(outcome);
    };
    const stop = () => settle(stopped);
    query.signal?.addEventListener('abort', stop);
    const timer = setTimeout(() => settle('timeout'), Math.max(0, query.deadline - performance.now()));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const end = 2 + received.readUInt16BE(0);
      if (received.length >= end) settle(Uint8Array.from(received.subarray(2, end)));
    });
    socket.on('error', (error) => settle(errorCode(error)));
    socket.on('close', () => settle('connection closed before the whole answer had come'));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.wire.length);
    // One write, so that the length and the message share a segment (RFC 7766 section 8).
    socket.write(Buffer.concat([length, query.wire]));
  });
}
