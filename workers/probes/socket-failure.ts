import type { FailureReason } from '#lib/model/observation.ts';

/** What an error of an open socket, plain or TLS, says about the other side. `said` is Node's or OpenSSL's code. */
export function readSocketError(error: Error): { readonly reason: FailureReason; readonly said: string } {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const said = code ?? error.message;
  switch (code) {
    case 'ECONNRESET':
      // Node gives an orderly close in the middle of a handshake the same code, but it has no system call.
      return { reason: 'syscall' in error ? 'reset' : 'closed', said };
    case 'EPIPE':
      return { reason: 'reset', said };
    case 'ETIMEDOUT':
      return { reason: 'timeout', said };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { reason: 'unreachable', said };
    default:
      return { reason: isTlsError(code, error) ? 'tls' : 'closed', said };
  }
}

function isTlsError(code: string | null, error: Error): boolean {
  return code?.startsWith('ERR_SSL') === true || code?.startsWith('ERR_TLS') === true || 'library' in error;
}
