import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { clientAddress } from './addresses.ts';

/*
 * A mail client that does what draft section 7 has clients do, and shares no code with the product. It believes every
 * certificate: what it says of its latches is told to it.
 */

const waitMs = 20_000;

export interface MailHost {
  readonly address: string;
  /** The name it asks for (SNI). */
  readonly host: string;
}

interface ImapVisit {
  /** Parameters of ID before login; null: none is sent. */
  readonly idBefore?: Readonly<Record<string, string>> | null;
  /** Logs in with the lab's password; null: leaves without. */
  readonly user?: string | null;
  /** Parameters of a second ID after login. */
  readonly idAfter?: Readonly<Record<string, string>> | null;
}

/** Comes to the IMAP server on port 993, says what it is told to say, and leaves. Gives what the server said. */
export async function visitImap(
  server: MailHost,
  { idBefore = null, user = null, idAfter = null }: ImapVisit,
): Promise<string> {
  const line = await LineClient.open(server, 993);
  await line.until(/^\* OK .*\r\n/m);
  let number = 0;
  const command = async (text: string): Promise<void> => {
    number += 1;
    const tag = `c${String(number)}`;
    await line.say(`${tag} ${text}`, new RegExp(`^${tag} (?:OK|NO|BAD).*\\r\\n`, 'm'));
  };
  if (idBefore !== null) await command(`ID ${identityList(idBefore)}`);
  if (user !== null) {
    await command(`LOGIN ${quote(user)} secret`);
    if (idAfter !== null) await command(`ID ${identityList(idAfter)}`);
  }
  await command('LOGOUT');
  return line.close();
}

interface SubmissionVisit {
  /** Parameters of CLIENT (draft section 7.3), `name=value`, separated by spaces; null: it is not sent. */
  readonly client?: string | null;
  /** Logs in and sends a message to itself: only then does Postfix log who it is. */
  readonly user?: string | null;
}

/** Comes to the submission server on port 465, and leaves. Gives what the server said. */
export async function visitSubmission(
  server: MailHost,
  { client = null, user = null }: SubmissionVisit,
): Promise<string> {
  const line = await LineClient.open(server, 465);
  const reply = /^\d{3} .*\r\n/m;
  await line.until(reply);
  await line.say('EHLO client.test', reply);
  if (client !== null) await line.say(`CLIENT ${client}`, reply);
  if (user !== null) {
    await line.say(`AUTH PLAIN ${Buffer.from(`\0${user}\0secret`).toString('base64')}`, reply);
    await line.say(`MAIL FROM:<${user}>`, reply);
    await line.say(`RCPT TO:<${user}>`, reply);
    await line.say('DATA', reply);
    await line.say('Subject: a message\r\n\r\nText.\r\n.', reply);
  }
  await line.say('QUIT', reply);
  return line.close();
}

function identityList(parameters: Readonly<Record<string, string>>): string {
  const words = Object.entries(parameters).flatMap(([name, value]) => [quote(name), quote(value)]);
  return `(${words.join(' ')})`;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

class LineClient {
  readonly #socket: TLSSocket;
  /** What the server said. */
  #said = '';
  /** Where what it has not looked at begins. */
  #from = 0;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text: unknown) => {
      this.#said += String(text);
    });
  }

  static async open({ address, host }: MailHost, port: number): Promise<LineClient> {
    const socket = connectTls({
      // TLS itself takes no address to come from.
      socket: connectTcp({ host: address, port, localAddress: clientAddress }),
      servername: host,
      rejectUnauthorized: false,
    });
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(waitMs) });
    return new LineClient(socket);
  }

  async say(text: string, answer: RegExp): Promise<void> {
    this.#socket.write(`${text}\r\n`);
    await this.until(answer);
  }

  /** Waits for an answer. @throws when the server says nothing, or leaves. */
  async until(answer: RegExp): Promise<void> {
    const signal = AbortSignal.timeout(waitMs);
    for (;;) {
      const match = answer.exec(this.#said.slice(this.#from));
      if (match !== null) {
        this.#from += match.index + match[0].length;
        return;
      }
      if (this.#socket.readableEnded) throw new Error(`The server left after:\n${this.#said}`);
      await Promise.race([once(this.#socket, 'data', { signal }), once(this.#socket, 'end', { signal })]);
    }
  }

  async close(): Promise<string> {
    if (!this.#socket.destroyed) {
      this.#socket.end();
      await once(this.#socket, 'close', { signal: AbortSignal.timeout(waitMs) });
    }
    return this.#said;
  }
}
