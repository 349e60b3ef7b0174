import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { isAnswerTo } from '#lib/dns/match.ts';
import { decodeMessage } from '#lib/dns/message.ts';
import { formatServerAddress } from '#lib/dns/server-address.ts';
import { errorCode } from '../dial.ts';
import { stopped, unanswered, type ExchangeOutcome, type OutgoingQuery } from './exchange.ts';

/**
 * Asks over UDP from a fresh socket, so that the port is as unpredictable as the id (RFC 5452 section 9). The socket
 * is connected: the kernel drops what comes from elsewhere. A datagram that does not answer our question is counted
 * and ignored, for a forged one must not end the wait for the true one.
 */
export async function exchangeOverUdp(query: OutgoingQuery): Promise<ExchangeOutcome> {
  const server = formatServerAddress(query.server);
  return new Promise((resolve) => {
    const socket = createSocket(query.server.address.includes(':') ? 'udp6' : 'udp4');
    let ignored = 0;
    let open = true;
    const settle = (outcome: ExchangeOutcome) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      query.signal?.removeEventListener('abort', stop);
      socket.close();
      resolve(outcome);
    };
    const stop = () => settle(unanswered('dns', stopped));
    query.signal?.addEventListener('abort', stop);
    const timer = setTimeout(
      () => {
        const strays = ignored === 0 ? '' : `; ${ignored} datagrams did not answer the question and were ignored`;
        settle(unanswered('timeout', `${server} did not answer${strays}`));
      },
      Math.max(0, query.deadline - performance.now()),
    );
    socket.on('error', (error) => settle(unanswered('dns', `${server}: ${errorCode(error)}`)));
    socket.on('message', (datagram) => {
      const message = decodeMessage(Uint8Array.from(datagram));
      if (message.ok && isAnswerTo(message.value, query)) settle({ ok: true, facts: message.value });
      else ignored += 1;
    });
    socket.on('connect', () => {
      if (open) socket.send(query.wire);
    });
    socket.connect(query.server.port, query.server.address);
  });
}
