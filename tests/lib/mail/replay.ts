import {
  protocolOf,
  startDialogue,
  stopDialogue,
  takeHandshake,
  takeLine,
  type DialoguePlan,
  type DialogueState,
} from '#lib/mail/dialogue.ts';
import type { ServiceRow, TlsMode } from '#lib/model/endpoint.ts';

/** A plan as the worker makes it. */
export function planOf(dialogue: ServiceRow['dialogue'], tlsMode: TlsMode): DialoguePlan {
  return { protocol: protocolOf(dialogue), tlsMode, clientName: 'latchwatch.invalid' };
}

/**
 * Plays a transcript: `S: ` lines are the server's, `C: ` lines must be what the dialogue sends, `TLS` is where it must
 * ask for the handshake, `EOF` closes the connection.
 *
 * @throws when the dialogue does something else than the transcript.
 */
export function replay(plan: DialoguePlan, transcript: string): DialogueState {
  let state = startDialogue(plan);
  for (const entry of transcript.trim().split('\n')) {
    const text = entry.trim();
    const { action } = state;
    if (text.startsWith('C: ')) {
      const sent = action.kind === 'send' ? action.line : `(${action.kind})`;
      if (sent !== text.slice(3)) throw new Error(`the dialogue sent ${sent}, the transcript has ${text}`);
      state = { ...state, action: { kind: 'read' } };
    } else if (text === 'TLS') {
      if (action.kind !== 'upgrade') throw new Error(`the dialogue wanted ${action.kind} where TLS is due`);
      state = takeHandshake(plan, state);
    } else if (text === 'EOF') {
      state = stopDialogue(state, { reason: 'closed' });
    } else {
      if (action.kind !== 'read') throw new Error(`the dialogue wanted ${action.kind} before ${text}`);
      state = takeLine(plan, state, text.replace(/^S: ?/, ''));
    }
  }
  return state;
}
