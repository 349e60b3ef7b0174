import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import {
  initialFacts,
  noteInjection,
  probeFailure,
  protocolOf,
  startDialogue,
  takeHandshake,
  type DialoguePlan,
  type DialogueState,
} from '#lib/mail/dialogue.ts';
import { findServiceRow, type EndpointTarget, type ServiceRow } from '#lib/model/endpoint.ts';
import type { AddressSession, KeyFamily, ProbeFailure, TlsFacts, TranscriptLine } from '#lib/model/observation.ts';
import type { Clock, Dial } from '#workers/ports.ts';
import { closePolitely } from './close-politely.ts';
import { followDialogue } from './follow-dialogue.ts';
import { maxTotalBytes, openLineChannel, type ByteBudget } from './line-channel.ts';
import { handshake, maxCertificates } from './tls-handshake.ts';
import type { TrustStore } from './trust-store.ts';
import type { VerifiedPath } from './verified-paths.ts';

/** All that one probe may take, from the first packet to the last. */
export const probeDurationMs = 20_000;
/** A name that cannot exist (RFC 6761 section 6.4): it names us in the server's log and claims nothing. */
export const defaultClientName = 'latchwatch.invalid';

export interface AddressProbe {
  readonly target: EndpointTarget;
  /** A literal IP address. */
  readonly address: string;
  /** Sent as SNI instead of the host. */
  readonly serverName?: string;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly trust: TrustStore;
  /** `performance.now()` value; `probeDurationMs` from now where it is not given. */
  readonly deadline?: number;
  /** What EHLO says. */
  readonly clientName?: string;
  /** Accept only server keys of this family. */
  readonly keyFamily?: KeyFamily;
}

/**
 * Talks to one address of an endpoint as a mail client would, up to the login, and says goodbye. Never rejects for
 * anything a server does: what was seen before a failure is kept beside it. When it returns, its sockets are closed.
 */
export async function probeAddress(probe: AddressProbe): Promise<AddressSession> {
  const { target, address, clock, trust, keyFamily } = probe;
  const row = findServiceRow(target.service, target.tlsMode);
  if (row === undefined) throw new Error(`no dialogue for ${target.service} with ${target.tlsMode} TLS`);
  if (keyFamily !== undefined) return (await look(probe, { row, recalled: [] })).session;
  const { verifiedPaths } = trust;
  const place = `${address} ${String(target.port)} ${probe.serverName ?? target.host}`;
  const recalled = verifiedPaths.recall(place, clock.now());
  const first = await look(probe, { row, recalled });
  if (recalled.length > 0 && !first.isOtherChain) return first.session;
  const { session } = recalled.length > 0 ? await look(probe, { row, recalled: [] }) : first;
  if (session.tls?.pkix.trusted === true) {
    const { chain, pkix } = session.tls;
    verifiedPaths.keep(place, { chain, pkix }, clock.now());
  }
  return session;
}

async function look(
  { target, address, dial, clock, ...probe }: AddressProbe,
  { row, recalled }: { readonly row: ServiceRow; readonly recalled: readonly VerifiedPath[] },
): Promise<{ readonly session: AddressSession; readonly isOtherChain: boolean }> {
  const began = performance.now();
  const deadline = probe.deadline ?? began + probeDurationMs;
  const startedAt = clock.now();
  const conversation = new Conversation({
    plan: {
      protocol: protocolOf(row.dialogue),
      tlsMode: target.tlsMode,
      clientName: probe.clientName ?? defaultClientName,
    },
    host: probe.serverName ?? target.host,
    trust: probe.trust,
    recalled,
    began,
    deadline,
    ...(probe.keyFamily === undefined ? {} : { keyFamily: probe.keyFamily }),
  });
  const connection = await dial({ address, port: target.port, deadline });
  const connectMs = connection.ok ? since(began) : null;
  if (connection.ok) await conversation.hold(connection.facts);
  const session = {
    address,
    startedAt,
    ...conversation.seen(),
    ...(connection.ok ? {} : { failure: connection.failure }),
    timings: { connectMs, ...conversation.timings, totalMs: since(began) },
  };
  return { session, isOtherChain: conversation.isOtherChain };
}

/** The session of an address that nobody connected to. */
export function unseenSession({
  target,
  address,
  startedAt,
  failure,
}: {
  readonly target: EndpointTarget;
  readonly address: string;
  readonly startedAt: number;
  readonly failure: ProbeFailure;
}): AddressSession {
  return {
    address,
    startedAt,
    ...initialFacts(target.tlsMode),
    tls: null,
    timings: { connectMs: null, greetingMs: null, handshakeMs: null, totalMs: 0 },
    transcript: [],
    failure,
  };
}

interface ConversationOptions {
  readonly plan: DialoguePlan;
  readonly host: string;
  readonly trust: TrustStore;
  readonly recalled: readonly VerifiedPath[];
  readonly began: number;
  readonly deadline: number;
  readonly keyFamily?: KeyFamily;
}

/** Carries out what the dialogue says on one connection, and collects what was seen. */
class Conversation {
  readonly #options: ConversationOptions;
  readonly #budget: ByteBudget = { remaining: maxTotalBytes };
  readonly #transcript: TranscriptLine[] = [];
  readonly timings: { greetingMs: number | null; handshakeMs: number | null } = { greetingMs: null, handshakeMs: null };
  #state: DialogueState;
  #tls: TlsFacts | null = null;
  #failure: ProbeFailure | null = null;
  isOtherChain = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#state = startDialogue(options.plan);
  }

  seen(): Pick<AddressSession, keyof DialogueState['facts'] | 'tls' | 'transcript' | 'failure'> {
    const failure = this.#failure ?? this.#state.failure;
    return { ...this.#state.facts, tls: this.#tls, transcript: this.#transcript, failure };
  }

  /** From the connected socket to the closed one. */
  async hold(socket: Socket): Promise<void> {
    let stream: Socket | null = socket;
    try {
      if (this.#options.plan.tlsMode === 'implicit') stream = await this.#secure(socket);
      if (stream !== null && this.#failure === null) stream = await this.#talk(stream);
      // Whoever did not keep to the dialogue is hung up on: a flood would go on through a polite close.
      if (stream !== null && this.#state.facts.goodbyeAnswered === true) await closePolitely(stream);
    } finally {
      stream?.destroy();
      socket.destroy();
    }
  }

  /** Follows the dialogue to its end. Returns the socket that is open then, null where none is. */
  async #talk(socket: Socket): Promise<Socket | null> {
    const { plan, deadline } = this.#options;
    const began = performance.now();
    let stream = socket;
    for (;;) {
      const channel = openLineChannel(stream, this.#budget);
      this.#state = await followDialogue(this.#state, {
        ...{ plan, channel, deadline },
        note: (from, text) => this.#note(from, text),
        onState: ({ facts }) => {
          if (facts.greeting !== null) this.timings.greetingMs ??= since(began);
        },
      });
      const unread = channel.detach();
      if (this.#state.action.kind !== 'upgrade') return stream;
      this.#dropInjection(unread);
      const secured = await this.#secure(stream);
      if (secured === null || this.#failure !== null) return secured;
      stream = secured;
      this.#state = takeHandshake(plan, this.#state);
    }
  }

  async #secure(socket: Socket): Promise<Socket | null> {
    const began = performance.now();
    const result = await handshake({ socket, ...this.#options });
    if (!result.ok) {
      this.#failure = result.failure;
      this.isOtherChain = result.isOtherChain;
      return null;
    }
    this.timings.handshakeMs = since(began);
    this.#tls = result.facts;
    if (result.tooManyCertificates) {
      this.#failure = probeFailure('handshake', 'limit', `more than ${maxCertificates} certificates`);
    }
    return result.socket;
  }

  #dropInjection(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const text = bytes.toString('latin1');
    this.#note('server', text);
    this.#state = noteInjection(this.#state, text);
  }

  #note(from: TranscriptLine['from'], text: string): void {
    this.#transcript.push({ from, text, atMs: since(this.#options.began) });
  }
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
