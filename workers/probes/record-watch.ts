import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const recordHeaderOctets = 5;
const alertType = 21;

/**
 * A connection whose incoming TLS records are counted by type on their way to OpenSSL, which keeps to itself whether
 * close_notify came before the end. Up to TLS 1.2 the type of a record is not encrypted. Destroying it destroys the
 * socket below.
 */
export class RecordWatch extends Duplex {
  readonly #socket: Socket;
  #header: number[] = [];
  #bodyLeft = 0;
  #lastType: number | null = null;
  #ended = false;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#look(chunk);
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('end', () => {
      this.#ended = true;
      this.push(null);
    });
    socket.once('error', (error: Error) => this.destroy(error));
    socket.once('close', () => this.destroy());
  }

  /** Whether the latest record of the server is an alert. */
  get endsWithAlert(): boolean {
    return this.#lastType === alertType;
  }

  /** Whether the server has ended its side of the connection. */
  get isEnded(): boolean {
    return this.#ended || this.#socket.destroyed;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #look(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const skipped = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= skipped;
        at += skipped;
        continue;
      }
      this.#header.push(chunk[at] ?? 0);
      at += 1;
      if (this.#header.length < recordHeaderOctets) continue;
      const [type = 0, , , high = 0, low = 0] = this.#header;
      this.#lastType = type;
      this.#bodyLeft = high * 256 + low;
      this.#header = [];
    }
  }
}
