import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { probeFailure, type DialoguePlan } from '#lib/mail/dialogue.ts';
import type { ProbeFailure, Seen, TranscriptLine } from '#lib/model/observation.ts';
import type { ConnectionLimit, Dial } from '#workers/ports.ts';
import { reachTls } from './reach-tls.ts';

/**
 * Between two connections of a scan to one address. A scan makes about 20 connections an address: this spreads
 * them over 5 s and more, so that they stay below what Postfix' anvil or a firewall would call a flood.
 */
const usualPauseMs = 250;
/** For one connection: postscreen alone lets a client wait 6 s for its greeting. */
const connectionDurationMs = 15_000;
/** Connections that may fail before TLS for a reason that can pass by itself, until the scan of the address ends. */
const maxStrikes = 2;

export interface ConnectionsOptions {
  readonly address: string;
  readonly port: number;
  readonly plan: DialoguePlan;
  readonly dial: Dial;
  readonly limit: ConnectionLimit;
  /** Between two connections; absent: as long as is polite. */
  readonly pauseMs?: number;
  /** `performance.now()` value for the whole scan of the address. */
  readonly deadline: number;
}

export interface OpenConnection {
  readonly socket: Socket;
  /** `performance.now()` value. */
  readonly deadline: number;
  /** Tells of a failure inside TLS: the server did not want to talk. What was seen before it is kept all the same. */
  readonly complain: (failure: ProbeFailure) => void;
}

/**
 * The connections that a scan makes to one address: one after the other, each with its place in the connection limit.
 * After a server has asked to be left alone, or cannot be reached, none is made any more.
 */
export class ScanConnections {
  readonly #options: ConnectionsOptions;
  #failure: ProbeFailure | null = null;
  #strikes = 0;
  #made = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Why no more connections are made; null: they are. */
  get failure(): ProbeFailure | null {
    return this.#failure;
  }

  /** One connection, closed when `work` has ended. A failure may end the scan of the address. */
  async open<T>(work: (connection: OpenConnection) => Promise<Seen<T>>): Promise<Seen<T>> {
    if (this.#failure !== null) return { ok: false, failure: this.#failure };
    const { address, port, dial, limit, pauseMs = usualPauseMs } = this.#options;
    if (this.#made > 0) await delay(pauseMs);
    const deadline = Math.min(this.#options.deadline, performance.now() + connectionDurationMs);
    if (deadline <= performance.now())
      return this.#end(probeFailure('connect', 'busy', 'the time for a scan was over'));
    this.#made += 1;
    const outcome = await limit(address, deadline, async (): Promise<Seen<T>> => {
      const connection = await dial({ address, port, deadline });
      if (!connection.ok) return connection;
      const { facts: socket } = connection;
      try {
        return await work({ socket, deadline, complain: (failure) => this.#weigh(failure) });
      } finally {
        socket.destroy();
      }
    });
    if (outcome === null)
      return this.#end(probeFailure('connect', 'busy', 'other probes of this address took all the time there was'));
    if (!outcome.ok) this.#weigh(outcome.failure);
    return outcome;
  }

  /** One connection at the point where TLS begins. */
  async openToTls<T>(
    work: (connection: OpenConnection) => Promise<Seen<T>>,
    note?: (from: TranscriptLine['from'], text: string) => void,
  ): Promise<Seen<T>> {
    const { plan } = this.#options;
    return this.open(async (connection) => {
      const failure = await reachTls({ ...connection, plan, ...(note === undefined ? {} : { note }) });
      return failure === null ? work(connection) : { ok: false, failure };
    });
  }

  #end(failure: ProbeFailure): { readonly ok: false; readonly failure: ProbeFailure } {
    this.#failure ??= failure;
    return { ok: false, failure };
  }

  #weigh(failure: ProbeFailure): void {
    switch (failure.reason) {
      case 'timeout':
      case 'reset':
      case 'closed':
      case 'limit':
        this.#strikes += 1;
        if (this.#strikes >= maxStrikes) this.#end(failure);
        return;
      default:
        this.#end(failure);
    }
  }
}
