import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { DialoguePlan } from '#lib/mail/dialogue.ts';
import type { Seen, TlsFacts, TranscriptLine } from '#lib/model/observation.ts';
import type { Sighting } from '#lib/model/scan-observation.ts';
import { closePolitely } from './close-politely.ts';
import { MailTalk } from './mail-talk.ts';
import { RecordWatch } from './record-watch.ts';
import { answerOfHandshake, type Answer } from './scan-answer.ts';
import type { OpenConnection } from './scan-connections.ts';
import { handshake } from './tls-handshake.ts';
import type { TrustStore } from './trust-store.ts';

export interface HandshakeOffer {
  readonly plan: DialoguePlan;
  /** SNI; empty: none. */
  readonly serverName: string;
  readonly trust: TrustStore;
  readonly secureContext: SecureContext;
  /** What to do inside TLS, after the greeting and before the goodbye. */
  readonly talk?: (talk: MailTalk) => Promise<void>;
  readonly note?: (from: TranscriptLine['from'], text: string) => void;
}

const silent = () => undefined;

/** What a handshake came to; `stream` is open where the server answered up to the goodbye. */
interface Offered {
  readonly answer: Answer<TlsFacts>;
  readonly stream: Duplex | null;
}

async function shakeAndTalk(
  { socket, deadline, complain }: Omit<OpenConnection, 'socket'> & { readonly socket: Duplex },
  { plan, serverName, trust, secureContext, talk, note = silent }: HandshakeOffer,
): Promise<Offered> {
  const secured = await handshake({ socket, host: serverName, trust, secureContext, deadline });
  const answer = answerOfHandshake(secured);
  if (!secured.ok) return { answer, stream: null };
  const { protocol, clientName } = plan;
  const conversation = new MailTalk(secured.socket, { protocol, clientName, deadline, note });
  const awaited = heardInsideTls(plan);
  const failure = awaited === null ? null : await conversation.hear(awaited);
  if (failure !== null) {
    complain(failure);
    return { answer, stream: null };
  }
  await talk?.(conversation);
  await conversation.goodbye();
  conversation.end();
  return { answer, stream: secured.socket };
}

/** What a server says by itself once TLS is there. */
export function heardInsideTls({ tlsMode, protocol }: DialoguePlan): 'greeting' | 'capability' | null {
  if (tlsMode === 'implicit') return 'greeting';
  return protocol.capabilitiesAfterUpgrade === 'sent' ? 'capability' : null;
}

/** Does one handshake and leaves politely, so that the server's log shows no lost connection. */
export async function offerAndLeave(
  connection: OpenConnection,
  offer: HandshakeOffer,
): Promise<Seen<Answer<TlsFacts>>> {
  const { answer, stream } = await shakeAndTalk(connection, offer);
  if (stream !== null) await closePolitely(stream);
  return { ok: true, facts: answer };
}

/** How long a server has to close after it has answered the goodbye. */
const closeDurationMs = 2_000;

/** One handshake up to TLS 1.2, left to the server to end: whether close_notify came before the end (RFC 5246 section 7.2.1). */
export async function offerAndWatch(
  connection: OpenConnection,
  offer: HandshakeOffer,
): Promise<{ readonly answer: Answer<TlsFacts>; readonly closeNotify: Sighting }> {
  const watch = new RecordWatch(connection.socket);
  watch.on('error', () => undefined);
  const { answer, stream } = await shakeAndTalk({ ...connection, socket: watch }, offer);
  if (stream !== null) await untilClosed(watch, stream);
  const closeNotify = stream === null ? 'unseen' : watch.endsWithAlert ? 'yes' : watch.isEnded ? 'no' : 'unseen';
  watch.destroy();
  return { answer, closeNotify };
}

async function untilClosed(watch: RecordWatch, stream: Duplex): Promise<void> {
  if (watch.isEnded) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, closeDurationMs);
    watch.once('end', done).once('close', done);
    // Without a reader, the end would not be seen.
    stream.resume();
  });
}
