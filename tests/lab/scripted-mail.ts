import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import type { MailService, ScriptedMail } from './domain-types.ts';
import { answerOf, greetingOf, protocolOf } from './scripted-dialogue.ts';
import type { ServerFiles } from './server-certificates.ts';

const idleMs = 30_000;
const maxLineBytes = 4096;

export interface ScriptedListener {
  readonly service: MailService;
  readonly mail: ScriptedMail;
  readonly files: ServerFiles;
}

/** A server that speaks a little of its protocol, and does what no real one does. The caller makes it listen. */
export function createScriptedMail({ service, mail, files }: ScriptedListener): Server {
  const context = createSecureContext({ key: readFileSync(files.key), cert: readFileSync(files.chain) });
  const implicit = ['imaps', 'pop3s', 'submissions'].includes(service) && !mail.quirks.includes('plaintext');
  return createServer({ noDelay: true }, (socket) => {
    new Session({ socket, context, service, mail, implicit });
  });
}

interface SessionOptions {
  readonly socket: Socket;
  readonly context: ReturnType<typeof createSecureContext>;
  readonly service: MailService;
  readonly mail: ScriptedMail;
  readonly implicit: boolean;
}

/** One connection. */
class Session {
  readonly #options: SessionOptions;
  #stream: Socket;
  #pending = '';
  #secure = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#stream = options.socket;
    options.socket.setTimeout(idleMs, () => options.socket.destroy());
    options.socket.on('error', () => options.socket.destroy());
    if (options.implicit) this.#beginTls();
    else this.#listen(options.socket);
    const greeting = greetingOf(this.#view());
    this.#stream.write(greeting.text);
    if (greeting.then === 'goodbye') this.#close();
  }

  #view() {
    const { service, mail } = this.#options;
    return { protocol: protocolOf(service), service, mail, secure: this.#secure };
  }

  #listen(stream: Socket): void {
    stream.on('data', (bytes: Buffer) => {
      this.#pending += bytes.toString('latin1');
      if (this.#pending.length > maxLineBytes) this.#options.socket.destroy();
      this.#work();
    });
    stream.on('end', () => stream.end());
  }

  #work(): void {
    for (let end = this.#pending.indexOf('\n'); end !== -1; end = this.#pending.indexOf('\n')) {
      const line = this.#pending.slice(0, end).trim();
      this.#pending = this.#pending.slice(end + 1);
      const answer = answerOf(line, this.#view());
      this.#stream.write(answer.text);
      if (answer.then === 'goodbye') this.#close();
      if (answer.then === 'starttls') this.#beginTls();
      if (answer.then !== 'listen') return;
    }
  }

  #close(): void {
    if (!this.#options.mail.quirks.includes('closes-without-notify')) {
      this.#stream.end();
      return;
    }
    // The TCP connection ends as it should; of TLS nobody takes leave.
    const { socket } = this.#options;
    this.#stream.write('', () => socket.end());
  }

  #beginTls(): void {
    const { socket, context, mail } = this.#options;
    const injected = mail.quirks.includes('obeys-injection') ? this.#pending : '';
    this.#pending = '';
    socket.removeAllListeners('data').removeAllListeners('end');
    const secured = mail.quirks.includes('needs-server-name')
      ? new TLSSocket(socket, { isServer: true, SNICallback: (_name, done) => done(null, context) })
      : new TLSSocket(socket, { isServer: true, secureContext: context });
    secured.on('error', () => socket.destroy());
    this.#stream = secured;
    this.#secure = true;
    this.#listen(secured);
    secured.once('secure', () => {
      this.#pending = injected + this.#pending;
      this.#work();
    });
  }
}
