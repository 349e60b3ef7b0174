import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createTransport } from 'nodemailer';
import type { SMTPTransportOptions } from 'nodemailer/lib/smtp-transport';
import { errorText } from '#lib/error-text.ts';
import type { Dial } from '#workers/ports.ts';
import type { MailMessage } from './mail-message.ts';

export type Delivery =
  /** The relay took it. `remark`: receivers that it did not take, as one sentence. */
  | { readonly ok: true; readonly remark: string | null }
  /**
   * `replyCode`: what the relay answered, where it was an answer that ended it. `refusedText`: it had nothing against us or
   * the receivers, but refused for good what the mail says (5xx after its text), or its size; so did one of several.
   */
  | {
      readonly ok: false;
      readonly error: string;
      readonly replyCode: number | null;
      readonly refusedText?: boolean;
    };

/** Hands one message to the relay. Never rejects for anything the relay or the network does. */
export type SendMail = (message: MailMessage) => Promise<Delivery>;

/** `sendMs`: all that one message may take, shorter than the lease of its task. `replyMs`: one answer of the relay. */
const patience = { sendMs: 40_000, replyMs: 15_000 } as const;

/**
 * Mail through a relay: `smtp://` (STARTTLS where it is offered, and always where there is a password to protect) or
 * `smtps://`. `dial` is one without address guard: the operator named the relay.
 */
export function createMailChannel(options: {
  readonly relayUrl: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly dial: Dial;
  /** Addresses of a host name, to try in this order. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
  /** PEM certificates to trust; null: Node's own set. */
  readonly trusted: readonly string[] | null;
  readonly timeouts?: { readonly sendMs: number; readonly replyMs: number };
}): SendMail {
  const { from, to, dial, lookup, trusted } = options;
  const { sendMs, replyMs } = options.timeouts ?? patience;
  const relay = readRelay(options.relayUrl);
  return async (message) => {
    const deadline = performance.now() + sendMs;
    const connected = await connect({ relay, deadline, replyMs, dial, lookup });
    if (!connected.ok) return connected;
    const { socket } = connected;
    const timer = setTimeout(() => socket.destroy(), Math.max(0, deadline - performance.now()));
    const transportOptions: SMTPTransportOptions = {
      connection: socket,
      host: relay.host,
      port: relay.port,
      secure: relay.implicitTls,
      requireTLS: relay.auth !== null && !relay.implicitTls && !isLoopback(relay.host),
      tls: {
        ...(isIP(relay.host) === 0 ? { servername: relay.host } : {}),
        ...(trusted === null ? {} : { ca: [...trusted] }),
      },
      ...(relay.auth === null ? {} : { auth: relay.auth }),
      greetingTimeout: replyMs,
      socketTimeout: replyMs,
    };
    const transport = createTransport(transportOptions);
    try {
      const { messageId, thread, incidentId, subject, text, listId = null } = message;
      const sent = await transport.sendMail({
        ...{ from, to: [...to], subject, text, messageId },
        ...{ disableFileAccess: true, disableUrlAccess: true },
        ...(thread === null ? {} : { inReplyTo: thread, references: thread }),
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...(incidentId === null ? {} : { 'X-Latchwatch-Incident': incidentId }),
          ...(listId === null ? {} : { 'List-Id': `<${listId}>` }),
        },
      });
      const { rejected } = sent;
      return {
        ok: true,
        remark: rejected.length === 0 ? null : `the relay did not take it for ${rejected.join(', ')}`,
      };
    } catch (error) {
      const replyCode = replyCodeOf(error);
      return { ok: false, error: errorText(error), replyCode, refusedText: isOfText(error, replyCode) };
    } finally {
      clearTimeout(timer);
      transport.close();
      socket.destroy();
    }
  };
}

interface Relay {
  readonly host: string;
  readonly port: number;
  readonly implicitTls: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

function readRelay(text: string): Relay {
  const url = new URL(text);
  const implicitTls = url.protocol === 'smtps:';
  const auth =
    url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const defaultPort = implicitTls ? 465 : auth === null ? 25 : 587;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    implicitTls,
    auth,
  };
}

async function connect(way: {
  readonly relay: Relay;
  readonly deadline: number;
  readonly replyMs: number;
  readonly dial: Dial;
  readonly lookup: (host: string) => Promise<readonly string[]>;
}) {
  const { relay, deadline, replyMs, dial, lookup } = way;
  const where = `the relay ${relay.host} port ${relay.port}`;
  let addresses: readonly string[];
  try {
    addresses = isIP(relay.host) === 0 ? await lookup(relay.host) : [relay.host];
  } catch (error) {
    return { ok: false, error: `no address for ${where}: ${errorText(error)}`, replyCode: null } as const;
  }
  let error = `no address for ${where}`;
  for (const address of addresses) {
    // Room for the next address, should this one be silent.
    const until = Math.min(deadline, performance.now() + replyMs);
    const dialled = await dial({ address, port: relay.port, deadline: until });
    if (dialled.ok) return { ok: true, socket: dialled.facts } as const;
    error = `${where} cannot be reached at ${address}: ${dialled.failure.said ?? dialled.failure.reason}`;
  }
  return { ok: false, error, replyCode: null } as const;
}

/** nodemailer puts the code of the reply onto its errors. */
function replyCodeOf(error: unknown): number | null {
  const code: unknown = error instanceof Error && 'responseCode' in error ? error.responseCode : null;
  return typeof code === 'number' ? code : null;
}

/** nodemailer tells what was said of the envelope from what was said of the message. */
function isOfText(error: unknown, replyCode: number | null): boolean {
  const isMessage = error instanceof Error && 'code' in error && error.code === 'EMESSAGE';
  return isMessage && (replyCode === null || replyCode >= 500);
}

/** A name such as 127.example.com is not: who answers there can read what comes in clear. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
