import { maxTagOctets } from './tags.ts';

/*
 * The DEEP status of a server (draft section 5.3): words separated by spaces. The grammar allows a space inside an
 * extension, which cannot be told from the space between two words, and leaves out the slash. Here the space always
 * separates, `<…>` is a URL, what begins with a letter is a tag, and anything else is an extension that clients ignore.
 */

/** A security tag as it stands in a status. Letters have no case (RFC 5234 section 2.3). */
export interface DeepTag {
  /** Lower case. */
  readonly tag: string;
  readonly written: string;
}

export interface DeepStatus {
  readonly text: string;
  /** In their order, each once; known or not. */
  readonly tags: readonly DeepTag[];
  /** What stands between `<` and `>`, in their order. Clients use the first. */
  readonly urls: readonly string[];
  /** Words that are neither: ignored by clients, kept for people. */
  readonly extensions: readonly string[];
  /** One sentence without a full stop for each word that the grammar does not have. */
  readonly defects: readonly string[];
}

/** More words than any status has: the rest is not read. */
const maxWords = 64;
const maxTextLength = 4096;
const maxShown = 80;

/** Parses a DEEP status. Never throws: what cannot be read is a defect. */
export function parseDeepStatus(text: string): DeepStatus {
  const bounded = text.slice(0, maxTextLength);
  const words = bounded.split(' ').filter((word) => word !== '');
  const tags = new Map<string, DeepTag>();
  const urls: string[] = [];
  const extensions: string[] = [];
  const defects: string[] = [];
  if (text.length > maxTextLength) defects.push(`The status is longer than ${String(maxTextLength)} characters`);
  if (words.length > maxWords) defects.push(`The status has more than ${String(maxWords)} words`);
  for (const word of words.slice(0, maxWords)) {
    if (word.startsWith('<')) readUrl(word, { urls, defects });
    else if (/^[A-Za-z]/.test(word)) readTag(word, { tags, defects });
    else {
      extensions.push(word);
      if (!extensionPattern.test(word))
        defects.push(`The extension ${shorten(word)} has characters that are not allowed`);
    }
  }
  if (urls.length > 1) defects.push(`There are ${String(urls.length)} URLs: clients use the first`);
  return { text: bounded, tags: [...tags.values()], urls, extensions, defects };
}

const tagPattern = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** EXTCHAR with the slash that the comment of the grammar allows, then also letters and `<`. */
const extensionPattern = /^[!#-;=-@[\]-`{-~][!#-[\]-~]*$/;

function readTag(word: string, into: { readonly tags: Map<string, DeepTag>; readonly defects: string[] }): void {
  if (word.length > maxTagOctets) {
    into.defects.push(`The tag ${shorten(word)} is longer than ${String(maxTagOctets)} octets`);
    return;
  }
  if (!tagPattern.test(word)) {
    into.defects.push(`The tag ${shorten(word)} has characters that are not allowed`);
    return;
  }
  const tag = word.toLowerCase();
  if (!into.tags.has(tag)) into.tags.set(tag, { tag, written: word });
}

function readUrl(word: string, into: { readonly urls: string[]; readonly defects: string[] }): void {
  const url = word.endsWith('>') ? word.slice(1, -1) : null;
  if (url === null) {
    into.defects.push(`The URL ${shorten(word)} does not end with >`);
    return;
  }
  into.urls.push(url);
  if (!URL.canParse(url)) into.defects.push(`${shorten(url)} is not a URL`);
  else if (new URL(url).protocol !== 'https:') into.defects.push(`${shorten(url)} is not an https URL`);
}

function shorten(word: string): string {
  return word.length > maxShown ? `${word.slice(0, maxShown)}…` : word;
}
