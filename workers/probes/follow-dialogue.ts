import { performance } from 'node:perf_hooks';
import { stopDialogue, takeLine, type DialoguePlan, type DialogueState } from '#lib/mail/dialogue.ts';
import type { TranscriptLine } from '#lib/model/observation.ts';
import type { LineChannel } from './line-channel.ts';

/** How long we wait for the answer to LOGOUT or QUIT. */
const goodbyeDurationMs = 2_000;

/** What a dialogue is followed with. */
export interface Following {
  readonly plan: DialoguePlan;
  readonly channel: LineChannel;
  /** `performance.now()` value. */
  readonly deadline: number;
  readonly note: (from: TranscriptLine['from'], text: string) => void;
  /** Told after every line. */
  readonly onState?: (state: DialogueState) => void;
  /** Whether to stop before the line of this state is sent. */
  readonly stopBefore?: (state: DialogueState) => boolean;
}

/**
 * Does what the dialogue says until TLS has to begin, or it has ended. Never rejects: what goes wrong with the
 * connection is in the state.
 */
export async function followDialogue(start: DialogueState, following: Following): Promise<DialogueState> {
  const { channel, note, onState, stopBefore } = following;
  let state = start;
  while (state.action.kind === 'send' || state.action.kind === 'read') {
    if (state.action.kind === 'send') {
      if (stopBefore?.(state) === true) return state;
      note('client', state.action.line);
      channel.writeLine(state.action.line);
    }
    state = await readInto(state, following);
    onState?.(state);
  }
  return state;
}

async function readInto(state: DialogueState, { plan, channel, deadline, note }: Following): Promise<DialogueState> {
  const patience = state.stage === 'goodbye' ? performance.now() + goodbyeDurationMs : deadline;
  const read = await channel.readLine(Math.min(deadline, patience));
  if (!read.ok) {
    if (read.partial !== '') note('server', read.partial);
    return stopDialogue(state, { reason: read.reason, said: read.said ?? read.partial });
  }
  note('server', read.line);
  return takeLine(plan, state, read.line);
}
