import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { probeFailure } from '#lib/mail/dialogue.ts';
import type { ProbeFailure } from '#lib/model/observation.ts';
import { buildClientHello, type ClientHello } from '#lib/tls/client-hello.ts';
import { noFlight, takeFlight, type ServerFlight } from '#lib/tls/server-flight.ts';
import { readSocketError } from './socket-failure.ts';

/** The first flight, or as much of it as came before `broken` happened to the connection. */
export interface HelloAnswer {
  readonly flight: ServerFlight;
  /** Null: the flight came to an end of its own. */
  readonly broken: ProbeFailure | null;
}

/** Sends a hand-built ClientHello and reads what comes. Never rejects. Destroying the socket is the caller's. */
export async function offerHello(
  socket: Socket,
  { hello, deadline }: { readonly hello: Omit<ClientHello, 'random'>; readonly deadline: number },
): Promise<HelloAnswer> {
  return new Promise((resolve) => {
    let flight = noFlight;
    const settle = (broken: ProbeFailure | null) => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
      resolve({ flight, broken });
    };
    const onData = (chunk: Buffer) => {
      flight = takeFlight(flight, chunk);
      if (flight.end !== null) settle(null);
    };
    const onEnd = () => settle(probeFailure('handshake', 'closed'));
    const onError = (error: Error) => {
      const { reason, said } = readSocketError(error);
      settle(probeFailure('handshake', reason, said));
    };
    const timer = setTimeout(
      () => settle(probeFailure('handshake', 'timeout')),
      Math.max(0, deadline - performance.now()),
    );
    socket.on('data', onData).once('end', onEnd).once('close', onEnd).once('error', onError);
    socket.resume();
    if (socket.writable) socket.write(buildClientHello({ ...hello, random: randomBytes(32) }));
    else onEnd();
  });
}
