import type { FailureReason, ProbeFailure } from '../model/observation.ts';

const words: Readonly<Record<FailureReason, string>> = {
  refused: 'the connection was refused',
  reset: 'the connection was reset',
  closed: 'the server hung up',
  timeout: 'no answer in time',
  unreachable: 'no route from here',
  temporary: 'the server asked to come back later',
  rejected: 'the server said no',
  'not-advertised': 'TLS is not offered here',
  protocol: 'what came is not the protocol of this service',
  tls: 'the TLS handshake failed',
  limit: 'the answer was longer than what is read',
  blocked: 'not a public address, so nobody connected',
  busy: 'no time was left to look',
  nxdomain: 'no such name',
  'no-address': 'no address',
  dns: 'the name server gave no usable answer',
};

/** Why something was not seen, as the end of a sentence, with what the other side said. */
export function failureWords({ stage, reason, said }: ProbeFailure): string {
  const what = reason === 'temporary' && stage === 'resolve' ? 'the name server failed' : words[reason];
  return said === undefined || reason === 'blocked' ? what : `${what} (${said})`;
}
