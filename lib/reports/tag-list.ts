import { maxTagOctets } from '../deep/tags.ts';
import type { ReportedLatches } from '../model/report.ts';
import { err, ok, type Result } from '../model/result.ts';

/** There are four tags in the draft; a client that names more than this is playing. */
const maxTags = 32;
/** Of the draft, section 5.1. */
const tagGrammar = /^[a-z][a-z0-9_-]*$/;

export interface TagError {
  /** Which tag of the list, counted from 0; null: the list itself. */
  readonly index: number | null;
  readonly detail: string;
}

/**
 * Reads a list of security tags: an array, or text that separates them by spaces (IMAP ID) or commas (SMTP CLIENT),
 * draft section 7.1. Tags come back in lower case, each once, sorted.
 */
export function readTagList(value: unknown): Result<readonly string[], TagError> {
  if (value === null) return ok([]);
  const words: readonly unknown[] | null =
    typeof value === 'string'
      ? value.split(/[ ,]+/).filter((word) => word !== '')
      : Array.isArray(value)
        ? value
        : null;
  if (words === null) return err({ index: null, detail: 'Must be a list of security tags.' });
  if (words.length > maxTags) {
    return err({ index: null, detail: `Has ${String(words.length)} tags; at most ${String(maxTags)} are taken.` });
  }
  const tags: string[] = [];
  for (const [index, word] of words.entries()) {
    if (typeof word !== 'string') return err({ index, detail: 'A security tag must be text.' });
    const tag = word.toLowerCase();
    if (tag.length > maxTagOctets) {
      return err({
        index,
        detail: `The tag has ${String(word.length)} characters; the longest has ${String(maxTagOctets)}.`,
      });
    }
    if (!tagGrammar.test(tag)) {
      return err({
        index,
        detail: 'The tag must begin with a letter and have only letters, digits, "-" and "_" after it.',
      });
    }
    if (!tags.includes(tag)) tags.push(tag);
  }
  return ok(tags.length > 1 ? tags.sort() : tags);
}

/** The names that each list goes by: the draft has `latch-fail` in its text and `latch-failure` in an example. */
const spellings = {
  latched: ['latch'],
  supported: ['security_tags', 'security-tags'],
  failed: ['latch_fail', 'latch-fail', 'latch_failure', 'latch-failure'],
} as const;

export interface LatchError extends TagError {
  /** The name of the list, as it was spelt. */
  readonly field: string;
}

/**
 * Reads what a client said of latches (draft section 7.1) from its parameters; null where it named none of the lists,
 * which is not the same as holding no latch.
 */
export function readLatches(parameter: (name: string) => unknown): Result<ReportedLatches | null, LatchError> {
  const lists: { latched: readonly string[]; supported: readonly string[]; failed: readonly string[] } = {
    latched: [],
    supported: [],
    failed: [],
  };
  let spoke = false;
  for (const list of ['latched', 'supported', 'failed'] as const) {
    for (const field of spellings[list]) {
      const value = parameter(field);
      if (value === undefined) continue;
      const tags = readTagList(value);
      if (!tags.ok) return err({ ...tags.error, field });
      lists[list] = tags.value;
      spoke = true;
      break;
    }
  }
  return ok(spoke ? lists : null);
}
