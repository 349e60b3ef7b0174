import type { Message } from './message.ts';
import type { Name } from './name.ts';
import { classIn, rcodes } from './types.ts';

/**
 * Whether a message answers the query that we sent: same id, one question, the same one. A server that could not
 * read the query may leave the question out, and then says so by its rcode.
 */
export function isAnswerTo(
  message: Message,
  query: { readonly id: number; readonly name: Name; readonly type: number },
): boolean {
  if (!message.isResponse || message.opcode !== 0 || message.id !== query.id) return false;
  const [question] = message.questions;
  if (question === undefined) return message.rcode === rcodes.FORMERR || message.rcode === rcodes.NOTIMP;
  return (
    message.questions.length === 1 &&
    question.class === classIn &&
    question.type === query.type &&
    question.name.equals(query.name)
  );
}
