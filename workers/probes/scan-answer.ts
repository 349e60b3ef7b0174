import { probeFailure } from '#lib/mail/dialogue.ts';
import type { ProbeFailure, TlsFacts } from '#lib/model/observation.ts';
import type { ChosenSuite, Offer } from '#lib/model/scan-observation.ts';
import { findCipherSuite, suiteHex } from '#lib/tls/cipher-suites.ts';
import type { HelloAnswer } from './offer-hello.ts';
import type { Handshake } from './tls-handshake.ts';

/**
 * What one offer came to, before it is known how far to trust silence: some servers close where an alert is due, and
 * so does one that has had enough of us.
 */
export type Answer<T> = Offer<T> | { readonly outcome: 'hung-up'; readonly failure: ProbeFailure };

/** A hung-up offer counts as refused where the server took the usual handshakes around it; `doubt` says that it did not. */
export function settleAnswer<T>(answer: Answer<T>, doubt: ProbeFailure | null): Offer<T> {
  if (answer.outcome !== 'hung-up') return answer;
  return doubt === null
    ? { outcome: 'refused', said: answer.failure.reason }
    : { outcome: 'unseen', failure: answer.failure };
}

/** Codes of OpenSSL that are no alerts and still say that the server did not take the offer: it chose something else. */
const choseOtherwise: ReadonlySet<string> = new Set([
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_WRONG_SSL_VERSION',
  'ERR_SSL_WRONG_CIPHER_RETURNED',
  'ERR_SSL_UNKNOWN_CIPHER_RETURNED',
  'ERR_SSL_WRONG_CERTIFICATE_TYPE',
  'ERR_SSL_WRONG_SIGNATURE_TYPE',
]);

/** What a handshake by OpenSSL says about the one thing that it offered. */
export function answerOfHandshake(result: Handshake): Answer<TlsFacts> {
  if (result.ok) return { outcome: 'accepted', facts: result.facts };
  const { failure } = result;
  switch (failure.reason) {
    case 'closed':
    case 'reset':
      return { outcome: 'hung-up', failure };
    case 'tls': {
      const said = failure.said ?? '';
      const alert = /_ALERT_([A-Z_]+)$/.exec(said)?.[1];
      if (alert !== undefined) return { outcome: 'refused', said: alert.toLowerCase() };
      return choseOtherwise.has(said) ? { outcome: 'refused', said } : { outcome: 'unseen', failure };
    }
    default:
      return { outcome: 'unseen', failure };
  }
}

/** What the answer to a hand-built ClientHello says about the suites that it offered. */
export function answerOfHello({ flight, broken }: HelloAnswer, offered: readonly number[]): Answer<ChosenSuite> {
  const { hello, end } = flight;
  if (hello !== null) {
    const suite = offered.includes(hello.suite) ? findCipherSuite(hello.suite) : undefined;
    if (suite === undefined)
      return { outcome: 'refused', said: `chose ${suiteHex(hello.suite)}, which was not offered` };
    const { version } = hello;
    return { outcome: 'accepted', facts: { version, suite: suiteHex(suite.code), name: suite.name } };
  }
  if (broken !== null) {
    const hungUp = broken.reason === 'closed' || broken.reason === 'reset';
    return { outcome: hungUp ? 'hung-up' : 'unseen', failure: broken };
  }
  switch (end?.kind) {
    case 'alert':
      return { outcome: 'refused', said: end.name };
    case 'plaintext':
      return { outcome: 'unseen', failure: probeFailure('handshake', 'protocol', end.text) };
    case 'malformed':
      return { outcome: 'unseen', failure: probeFailure('handshake', 'protocol', end.said) };
    case 'limit':
      return { outcome: 'unseen', failure: probeFailure('handshake', 'limit', end.said) };
    case 'complete':
    case undefined:
      return { outcome: 'unseen', failure: probeFailure('handshake', 'protocol') };
  }
}
