import type { Socket } from 'node:net';
import { probeFailure, startDialogue, type DialoguePlan, type DialogueState } from '#lib/mail/dialogue.ts';
import type { ProbeFailure, TranscriptLine } from '#lib/model/observation.ts';
import { followDialogue } from './follow-dialogue.ts';
import { maxTotalBytes, openLineChannel, type LineChannel } from './line-channel.ts';

export interface Reach {
  /** Just connected. */
  readonly socket: Socket;
  readonly plan: DialoguePlan;
  /** `performance.now()` value. */
  readonly deadline: number;
  readonly note?: (from: TranscriptLine['from'], text: string) => void;
}

/**
 * Brings a connection to the point where TLS begins: at once where it is implicit, else by greeting, capabilities and
 * STARTTLS. Null: it is there. What a server sends in plaintext behind its answer to STARTTLS is dropped (the probe
 * reports it).
 */
export async function reachTls(reach: Reach): Promise<ProbeFailure | null> {
  const { socket, plan } = reach;
  if (plan.tlsMode === 'implicit') return null;
  const channel = openLineChannel(socket, { remaining: maxTotalBytes });
  const state = await followDialogue(startDialogue(plan), following(reach, channel));
  channel.detach();
  return state.action.kind === 'upgrade' ? null : (state.failure ?? probeFailure('starttls', 'closed'));
}

/** A dialogue that has come to where STARTTLS would be said, and the channel it goes on by. */
export interface BeforeStarttls {
  readonly channel: LineChannel;
  readonly state: DialogueState;
}

/** As `reachTls`, but stops before STARTTLS (or the goodbye, where it is not offered) is sent. */
export async function reachStarttls(reach: Reach): Promise<BeforeStarttls> {
  const channel = openLineChannel(reach.socket, { remaining: maxTotalBytes });
  const stopBefore = ({ stage }: DialogueState) => stage === 'starttls' || stage === 'goodbye';
  const state = await followDialogue(startDialogue(reach.plan), { ...following(reach, channel), stopBefore });
  return { channel, state };
}

function following({ plan, deadline, note = () => undefined }: Reach, channel: LineChannel) {
  return { plan, deadline, note, channel };
}
