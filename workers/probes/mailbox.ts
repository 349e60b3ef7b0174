import type { TLSSocket } from 'node:tls';
import { joinLiterals } from '#lib/mail/imap.ts';
import { readFetchedHeader } from '#lib/mail/fetched-header.ts';
import type { MessageFailure, MessageStep } from '#lib/model/message-observation.ts';
import { matchHost } from '#lib/x509/names.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import type { Dial, Query } from '#workers/ports.ts';
import { resolveAddresses } from './addresses.ts';
import { maxTotalBytes, openLineChannel, type LineChannel } from './line-channel.ts';
import { handshake } from './tls-handshake.ts';
import type { TrustStore } from './trust-store.ts';

/* One mailbox over IMAP with implicit TLS (RFC 9051), as far as a test message needs it. */

export interface MailboxAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly dial: Dial;
  readonly query: Query;
  readonly trust: TrustStore;
  /** `performance.now()` value. */
  readonly deadline: number;
}

export interface Mailbox {
  /** The message with this Message-ID; null where it is not there. */
  readonly find: (messageId: string) => Promise<MessageStep<{ readonly uid: string; readonly header: string } | null>>;
  /** Whether the message is gone afterwards. Other messages stay as they are. */
  readonly remove: (uid: string) => Promise<boolean>;
  readonly close: () => void;
}

/** Opens INBOX. The password is sent only to a server whose certificate is trusted and has the host's name. */
export async function openMailbox(access: MailboxAccess): Promise<MessageStep<Mailbox>> {
  const secured = await connectSecurely(access);
  if (!secured.ok) return secured;
  const socket = secured.facts;
  const session = new ImapSession(openLineChannel(socket, { remaining: 16 * maxTotalBytes }), access.deadline);
  const opened = await logIn(session, access);
  if (!opened.ok) {
    socket.destroy();
    return opened;
  }
  return {
    ok: true,
    facts: {
      find: (messageId) => findMessage(session, messageId),
      remove: (uid) => removeMessage(session, uid),
      close: () => socket.destroy(),
    },
  };
}

async function connectSecurely(access: MailboxAccess): Promise<MessageStep<TLSSocket>> {
  const { host, port, dial, query, trust, deadline } = access;
  const addresses = await resolveAddresses(host, query);
  if (!addresses.ok) return failed(`${host} has no address: ${addresses.failure.reason}`);
  let said = `${host} has no address`;
  for (const address of addresses.facts.list) {
    const dialled = await dial({ address, port, deadline });
    if (!dialled.ok) {
      said = `${address}: ${dialled.failure.said ?? dialled.failure.reason}`;
      continue;
    }
    const shown = await handshake({ socket: dialled.facts, host, trust, deadline });
    if (!shown.ok) {
      said = `${address}: ${shown.failure.said ?? shown.failure.reason}`;
      continue;
    }
    const { pkix, chain } = shown.facts;
    const names = readChain(chain)[0]?.dnsNames ?? [];
    if (pkix.trusted && matchHost(host, names).matches) return { ok: true, facts: shown.socket };
    shown.socket.destroy();
    said = `${address}: no password is sent to a server whose certificate is not valid for ${host}`;
  }
  return failed(said);
}

async function logIn(session: ImapSession, { user, password }: MailboxAccess): Promise<MessageStep<null>> {
  const greeting = await session.greeting();
  if (!greeting.ok) return greeting;
  const plain = Buffer.from(`\0${user}\0${password}`, 'utf8').toString('base64');
  const login = await session.command('AUTHENTICATE PLAIN', plain);
  if (!login.ok) return login;
  const selected = await session.command('SELECT INBOX');
  return selected.ok ? { ok: true, facts: null } : selected;
}

async function findMessage(
  session: ImapSession,
  messageId: string,
): Promise<MessageStep<{ readonly uid: string; readonly header: string } | null>> {
  // Some servers tell of new messages only when they are asked for anything.
  await session.command('NOOP');
  const searched = await session.command(`UID SEARCH HEADER Message-ID ${quote(messageId)}`);
  if (!searched.ok) return searched;
  const uid = searched.facts.map((line) => /^\* SEARCH (\d+)/i.exec(line)?.[1]).find((found) => found !== undefined);
  if (uid === undefined) return { ok: true, facts: null };
  const fetched = await session.command(`UID FETCH ${uid} (BODY.PEEK[HEADER.FIELDS (RECEIVED)])`);
  if (!fetched.ok) return fetched;
  const header = fetched.facts.flatMap((response) => readFetchedHeader(response) ?? [])[0];
  return header === undefined
    ? failed('the header of the message cannot be read', true)
    : { ok: true, facts: { uid, header } };
}

/** UID EXPUNGE (RFC 4315) takes this one only; without it, CLOSE would take others that wait for it. */
async function removeMessage(session: ImapSession, uid: string): Promise<boolean> {
  const marked = await session.command(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
  if (!marked.ok) return false;
  const expunged = await session.command(`UID EXPUNGE ${uid}`);
  return expunged.ok;
}

/** Sends tagged commands and collects the untagged responses, one at a time. */
class ImapSession {
  readonly #channel: LineChannel;
  readonly #deadline: number;
  #count = 0;

  constructor(channel: LineChannel, deadline: number) {
    this.#channel = channel;
    this.#deadline = deadline;
  }

  async greeting(): Promise<MessageStep<null>> {
    const read = await this.#channel.readLine(this.#deadline);
    if (!read.ok) return failed(`no greeting: ${read.reason}`);
    return /^\* OK\b/i.test(read.line) ? { ok: true, facts: null } : failed(read.line);
  }

  /** `continuation` is sent when the server asks for more. Gives the untagged responses, literals put back into them. */
  async command(text: string, continuation?: string): Promise<MessageStep<readonly string[]>> {
    this.#count += 1;
    const tag = `m${this.#count}`;
    this.#channel.writeLine(`${tag} ${text}`);
    const lines: string[] = [];
    for (;;) {
      const read = await this.#channel.readLine(this.#deadline);
      if (!read.ok) return failed(`no answer: ${read.said ?? read.reason}`);
      if (read.line.startsWith('+') && continuation !== undefined) {
        this.#channel.writeLine(continuation);
        continue;
      }
      lines.push(read.line);
      const responses = joinLiterals(lines);
      const last = responses.at(-1);
      if (last?.startsWith(`${tag} `) !== true) continue;
      if (/^\S+ OK\b/i.test(last)) return { ok: true, facts: responses.slice(0, -1) };
      return failed(last.slice(tag.length + 1), !/\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]/i.test(last));
    }
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}

function failed(said: string, refused = false): { readonly ok: false; readonly failure: MessageFailure } {
  return { ok: false, failure: { refused, said: said.slice(0, 512) } };
}
