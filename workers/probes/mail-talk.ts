import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { probeFailure } from '#lib/mail/dialogue.ts';
import type { AwaitedReply, MailProtocol } from '#lib/mail/protocol.ts';
import type { ProbeFailure, TranscriptLine } from '#lib/model/observation.ts';
import type { Exchange } from '#lib/model/scan-observation.ts';
import { maxTotalBytes, openLineChannel, type LineChannel } from './line-channel.ts';

export interface TalkOptions {
  readonly protocol: MailProtocol;
  readonly clientName: string;
  /** `performance.now()` value. */
  readonly deadline: number;
  readonly note: (from: TranscriptLine['from'], text: string) => void;
}

/** How long we wait for the answer to LOGOUT or QUIT. */
const goodbyeDurationMs = 2_000;
const maxReplyLines = 200;
const maxReplyLength = 512;

/** Single commands and their replies, where the order of a dialogue does not fit. Never rejects. */
export class MailTalk {
  readonly #options: TalkOptions;
  readonly #channel: LineChannel;
  #commands = 0;

  /** `stream` may be a channel that has read before. */
  constructor(stream: Duplex | LineChannel, options: TalkOptions) {
    this.#options = options;
    this.#channel = 'readLine' in stream ? stream : openLineChannel(stream, { remaining: maxTotalBytes });
  }

  /** Waits for what the server says by itself: its greeting, or the capabilities after STARTTLS. Null: it came. */
  async hear(awaited: Extract<AwaitedReply, 'greeting' | 'capability'>): Promise<ProbeFailure | null> {
    const { reply, lines } = await this.#read(awaited, this.#options.deadline);
    switch (reply) {
      case 'accepted':
        return null;
      case 'foreign':
        return probeFailure(awaited, 'protocol', lines[0]);
      case null:
        return probeFailure(awaited, 'closed', lines[0]);
      case 'temporary':
      case 'rejected':
        return probeFailure(awaited, reply, lines[0]);
    }
  }

  /** Sends one command, or several lines at once, and gives the first line of the reply to the first. */
  async ask(line: string): Promise<Exchange> {
    this.#send(line);
    const { lines } = await this.#read('goodbye', this.#options.deadline);
    return { sent: line, reply: lines[0]?.slice(0, maxReplyLength) ?? null };
  }

  /** Says LOGOUT or QUIT and waits a moment for the answer. Gives the lines that came, also those to other commands. */
  async goodbye({ toTheEnd = false }: { readonly toTheEnd?: boolean } = {}): Promise<readonly string[]> {
    const { protocol } = this.#options;
    this.#commands += 1;
    this.#send(protocol.command('goodbye', this.#context()));
    const patience = Math.min(this.#options.deadline, performance.now() + goodbyeDurationMs);
    if (!toTheEnd) return (await this.#read('goodbye', patience)).lines;
    const lines: string[] = [];
    for (;;) {
      const line = await this.#readLine(patience);
      if (line === null || lines.length >= maxReplyLines) return lines;
      lines.push(line);
    }
  }

  /** Stops listening. */
  end(): void {
    this.#channel.detach();
  }

  #context() {
    return { tag: `a${this.#commands}`, clientName: this.#options.clientName };
  }

  #send(line: string): void {
    this.#options.note('client', line);
    this.#channel.writeLine(line);
  }

  /** `reply` is null where none came to its end. */
  async #read(
    awaited: AwaitedReply,
    deadline: number,
  ): Promise<{
    readonly reply: 'accepted' | 'temporary' | 'rejected' | 'foreign' | null;
    readonly lines: readonly string[];
  }> {
    const lines: string[] = [];
    while (lines.length < maxReplyLines) {
      const line = await this.#readLine(deadline);
      if (line === null) break;
      lines.push(line);
      const reply = this.#options.protocol.readReply(awaited, lines, this.#context());
      if (reply.kind === 'partial') continue;
      return { reply: reply.kind === 'refused' ? reply.reason : reply.kind, lines };
    }
    return { reply: null, lines };
  }

  async #readLine(deadline: number): Promise<string | null> {
    const read = await this.#channel.readLine(deadline);
    if (!read.ok) return null;
    this.#options.note('server', read.line);
    return read.line;
  }
}
