import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls';

/** What a scripted server does with each of its connections, one step after the other. */
export type ScriptStep =
  /** Bytes as latin1, line ends included. One step is one segment, as far as TCP lets us choose. */
  | { readonly send: string }
  /** Waits for one line of the client and notes when it is another than this. */
  | { readonly expect: string | RegExp }
  /** Waits for anything at all, such as a ClientHello, and leaves it unread. */
  | { readonly awaitBytes: true }
  /** Begins TLS as a server. */
  | { readonly startTls: SecureContextOptions }
  /** One byte, a pause, the next byte. */
  | { readonly drip: string; readonly pauseMs: number }
  /** Sends this again and again until the client has gone. */
  | { readonly flood: string }
  /** Lets the test do something at this moment. */
  | { readonly run: () => void }
  /** RST. */
  | { readonly reset: true }
  /** FIN, in the middle of whatever there is. */
  | { readonly close: true };

export interface ScriptedServer {
  readonly address: string;
  readonly port: number;
  /** Lines that clients sent, over all connections. */
  readonly received: readonly string[];
  /** Where a client did not do what the script expects. */
  readonly surprises: readonly string[];
  /** TLS names that clients asked for. */
  readonly serverNames: readonly string[];
  readonly openConnections: () => number;
  readonly connections: () => number;
  /** Resolves when every connection so far has closed. */
  readonly allClosed: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of `address`. After the last step it keeps the connection until the client leaves. */
export async function startScriptedServer(
  script: readonly ScriptStep[],
  { address = '127.0.0.1', port = 0 }: { readonly address?: string; readonly port?: number } = {},
): Promise<ScriptedServer> {
  const received: string[] = [];
  const surprises: string[] = [];
  const serverNames: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    const player = new Player(socket, { received, surprises, serverNames });
    player.play(script).catch((error: unknown) => surprises.push(String(error)));
  });
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the scripted server has no port');
  const allClosed = async () => {
    // Not events.once(): that rejects when an error comes first.
    await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  };
  return {
    address,
    port: bound.port,
    received,
    surprises,
    serverNames,
    openConnections: () => open.size,
    connections: () => connections,
    allClosed,
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Notebook {
  readonly received: string[];
  readonly surprises: string[];
  readonly serverNames: string[];
}

/** One connection of a scripted server. */
class Player {
  readonly #raw: Socket;
  readonly #notebook: Notebook;
  #stream: Socket;
  #unread = '';
  #gone = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket, notebook: Notebook) {
    this.#raw = socket;
    this.#notebook = notebook;
    this.#stream = socket;
    this.#listen(socket);
  }

  async play(script: readonly ScriptStep[]): Promise<void> {
    for (const step of script) {
      if (this.#gone) return;
      await this.#perform(step);
    }
  }

  async #perform(step: ScriptStep): Promise<void> {
    if ('send' in step) {
      this.#stream.write(step.send, 'latin1');
    } else if ('expect' in step) {
      const line = await this.#readLine();
      if (line === null) return;
      const asExpected = typeof step.expect === 'string' ? line === step.expect : step.expect.test(line);
      if (!asExpected) this.#notebook.surprises.push(`expected ${String(step.expect)}, got ${line}`);
    } else if ('awaitBytes' in step) {
      while (this.#unread === '' && this.#isOpen()) await new Promise<void>((resolve) => (this.#wake = resolve));
    } else if ('startTls' in step) {
      await this.#startTls(step.startTls);
    } else if ('drip' in step) {
      for (const byte of step.drip) {
        this.#stream.write(byte, 'latin1');
        await this.#pause(step.pauseMs);
        if (this.#gone) return;
      }
    } else if ('flood' in step) {
      while (this.#isOpen()) {
        if (!this.#stream.write(step.flood, 'latin1')) await this.#drained();
      }
    } else if ('run' in step) {
      step.run();
    } else if ('reset' in step) {
      // resetAndDestroy() would send FIN before RST, and which of them a client sees first is chance.
      Object.assign(this.#raw, { resetAndClosing: true }).destroy();
    } else {
      this.#raw.end();
      this.#raw.destroySoon();
    }
  }

  #isOpen(): boolean {
    return !this.#gone;
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#unread += chunk.toString('latin1');
      this.#wake();
    });
    const leave = () => {
      this.#gone = true;
      this.#wake();
    };
    socket.on('error', leave).on('end', leave).on('close', leave);
  }

  async #readLine(): Promise<string | null> {
    for (;;) {
      const end = this.#unread.indexOf('\r\n');
      if (end !== -1) {
        const line = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end + 2);
        this.#notebook.received.push(line);
        return line;
      }
      if (this.#gone) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #startTls(options: SecureContextOptions): Promise<void> {
    this.#raw.removeAllListeners('data');
    const secured = new TLSSocket(this.#raw, {
      isServer: true,
      secureContext: createSecureContext(options),
      SNICallback: (name, done) => {
        this.#notebook.serverNames.push(name);
        done(null);
      },
    });
    this.#stream = secured;
    this.#listen(secured);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      secured.once('secure', resolve);
    });
  }

  async #pause(durationMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#wake = () => {
        if (!this.#gone) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.once('drain', resolve);
    });
  }
}
