import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { isAnswerTo } from '#lib/dns/match.ts';
import { decodeMessage } from '#lib/dns/message.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { errorCode } from '../dial.ts';
import { stopped, unanswered, type ExchangeOutcome, type OutgoingQuery } from './exchange.ts';

export type UdpExchange = (query: OutgoingQuery) => Promise<ExchangeOutcome>;

/** Opening a socket costs three times what an exchange on an open one does, so a busy one is shared, but not for long. */
const maxInFlight = 32;
const maxQuestions = 64;

/**
 * Asks over UDP. A question goes through a socket of its own, or, while others to the same server are in flight,
 * through theirs; a socket closes with its last question and takes 64 at most. What that leaves to a forger
 * (RFC 5452 section 9): every socket has a new port from the whole range of the system; every question has a random id
 * that no other has on that socket, and no question stands on a socket twice, so that a forged datagram has one
 * question to hit, as on a socket of its own; the socket is connected, so the kernel drops what comes from elsewhere.
 * A datagram that answers no question is counted and ignored: a forged one must not end the wait for the true one.
 */
export function createUdpExchange(): UdpExchange {
  // Holds open sockets only: those with questions in flight.
  const open = new Map<string, Set<SharedSocket>>();
  return async (query) => {
    const key = formatServerAddress(query.server);
    const sockets = open.get(key) ?? new Set<SharedSocket>();
    open.set(key, sockets);
    const shared = [...sockets].find((socket) => socket.takes(query));
    if (shared !== undefined) return shared.ask(query);
    const socket = openSocket(query.server, () => {
      sockets.delete(socket);
      if (sockets.size === 0) open.delete(key);
    });
    sockets.add(socket);
    return socket.ask(query);
  };
}

interface SharedSocket {
  readonly takes: (query: OutgoingQuery) => boolean;
  readonly ask: UdpExchange;
}

interface Waiting {
  readonly query: OutgoingQuery;
  readonly settle: (outcome: ExchangeOutcome) => void;
}

function openSocket(server: ServerAddress, onClosed: () => void): SharedSocket {
  const name = formatServerAddress(server);
  const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
  const waiting = new Map<number, Waiting>();
  let connected = false;
  let isOpen = true;
  let carried = 0;
  let ignored = 0;

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    onClosed();
    socket.close();
  };
  // They all go to the same server: what ends one ends all.
  const fail = (error: Error) => {
    for (const { settle } of [...waiting.values()]) settle(unanswered('dns', `${name}: ${errorCode(error)}`));
  };
  // A port that nobody listens on is told by the next call on the socket, and that may be a send.
  const send = ({ wire }: OutgoingQuery) =>
    socket.send(wire, (error) => {
      if (error !== null) fail(error);
    });
  socket.on('error', fail);
  socket.on('message', (datagram) => {
    const settle = findSettle(waiting, datagram);
    if (settle === null) ignored += 1;
    else settle();
  });
  socket.on('connect', () => {
    connected = true;
    for (const { query } of waiting.values()) send(query);
  });
  socket.connect(server.port, server.address);

  return {
    takes: (query) =>
      isOpen &&
      carried < maxQuestions &&
      waiting.size < maxInFlight &&
      !waiting.has(query.id) &&
      ![...waiting.values()].some(({ query: other }) => other.type === query.type && other.name.equals(query.name)),
    ask: async (query) => {
      carried += 1;
      const ignoredBefore = ignored;
      return new Promise((resolve) => {
        const settle = (outcome: ExchangeOutcome) => {
          clearTimeout(timer);
          query.signal?.removeEventListener('abort', stop);
          waiting.delete(query.id);
          if (waiting.size === 0) close();
          resolve(outcome);
        };
        const stop = () => settle(unanswered('dns', stopped));
        query.signal?.addEventListener('abort', stop);
        const timer = setTimeout(
          () => {
            const strays = ignored - ignoredBefore;
            const said = `${strays} datagrams did not answer the question and were ignored`;
            settle(unanswered('timeout', `${name} did not answer${strays === 0 ? '' : `; ${said}`}`));
          },
          Math.max(0, query.deadline - performance.now()),
        );
        waiting.set(query.id, { query, settle });
        if (connected) send(query);
      });
    },
  };
}

/** What ends the wait that this datagram answers; null where it answers none. */
function findSettle(waiting: ReadonlyMap<number, Waiting>, datagram: Buffer): (() => void) | null {
  if (datagram.length < 2) return null;
  const asked = waiting.get(datagram.readUInt16BE(0));
  if (asked === undefined) return null;
  const message = decodeMessage(new Uint8Array(datagram));
  if (!message.ok || !isAnswerTo(message.value, asked.query)) return null;
  return () => asked.settle({ ok: true, facts: message.value });
}
