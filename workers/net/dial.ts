import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { AddressGuard } from '#lib/model/address.ts';
import type { FailureReason, Seen } from '#lib/model/observation.ts';
import type { Dial } from '#workers/ports.ts';

/**
 * The only way out by TCP. Connects to the literal address that the guard agreed to, never to a name, so that what
 * was checked is what is connected to. A socket that is handed out has an error listener: an error that comes when
 * nobody listens any more closes it and harms nothing else.
 */
export function createDial({ guard }: { readonly guard: AddressGuard }): Dial {
  return async ({ address, port, deadline }) => {
    const verdict = guard(address);
    if (!verdict.allowed) return failed('blocked', verdict.why);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return failed('blocked', `${port} is not a port`);
    const remainingMs = deadline - performance.now();
    if (remainingMs <= 0) return failed('timeout');
    return new Promise((resolve) => {
      const socket = connect({ host: verdict.address, port, noDelay: true, autoSelectFamily: false });
      const settle = (outcome: Seen<Socket>) => {
        clearTimeout(timer);
        if (!outcome.ok) socket.destroy();
        resolve(outcome);
      };
      const timer = setTimeout(() => settle(failed('timeout')), remainingMs);
      // Stays for the life of the socket. After the first outcome, resolve() changes nothing any more.
      socket.on('error', (error) => settle(failed(connectFailureReason(error), errorCode(error))));
      socket.once('connect', () => settle({ ok: true, facts: socket }));
    });
  };
}

function failed(reason: FailureReason, said?: string): { readonly ok: false; readonly failure: ConnectFailure } {
  return { ok: false, failure: { stage: 'connect', reason, ...(said === undefined ? {} : { said }) } };
}

interface ConnectFailure {
  readonly stage: 'connect';
  readonly reason: FailureReason;
  readonly said?: string;
}

/** Node's code of a system error, such as ECONNREFUSED; its message where there is none. */
export function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 512);
}

function connectFailureReason(error: Error): FailureReason {
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset';
    case 'ETIMEDOUT':
      return 'timeout';
    // This machine ran out of something: no fault of the server.
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
    case 'EAGAIN':
      return 'busy';
    // EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL (no address of that family here), EACCES and EPERM (local firewall).
    default:
      return 'unreachable';
  }
}
