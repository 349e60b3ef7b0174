import type { ActionState } from '#components/ui/action-state.ts';
import type { Acknowledgement } from '#prisma/commands/incidents.ts';

/** What a person reads after the button that takes an incident; `taken` where it is theirs now. */
export function acknowledgementState(answer: Acknowledgement, taken: string): ActionState {
  switch (answer.outcome) {
    case 'acknowledged':
      return { ok: true, message: taken };
    case 'already-acknowledged':
      return { ok: true, message: 'Somebody took it already.' };
    case 'not-firing':
      return { ok: false, message: `It is ${answer.state} already.` };
    case 'not-found':
      return { ok: false, message: 'This incident does not exist any more.' };
  }
}
