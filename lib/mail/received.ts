/*
 * The trace that a mail server leaves in a message (RFC 5321 section 4.4), as far as TLS stands in it: the tls clause of
 * draft section 6, which RFC 8314 section 4.3 kept, and the comments that servers wrote before there was one.
 */

/** How a clause names the suite: as registered, as `0x` and four digits, or as the four digits that the prose has. */
export type CipherForm = 'name' | 'hex' | 'hex-without-prefix' | 'unreadable';

export interface ReceivedTrace {
  /** The protocol keyword behind `with`, e.g. ESMTPSA (RFC 3848), upper case; null where there is none. */
  readonly protocol: string | null;
  /** The tls clause; null where there is none. */
  readonly tls: { readonly cipher: string; readonly form: CipherForm } | null;
  /** Whether a comment speaks of TLS: good for people, not for programs. */
  readonly tlsInComment: boolean;
}

const maxLength = 2000;

/** Reads one unfolded Received field, without its name. Never throws. */
export function readReceived(field: string): ReceivedTrace {
  const { outside, comments } = takeComments(field.slice(0, maxLength));
  const words = (outside.split(';', 1)[0] ?? '').split(/\s+/).filter((word) => word !== '');
  const behind = (keyword: string): string | undefined =>
    words[words.findIndex((word) => word.toLowerCase() === keyword) + 1 || words.length];
  const cipher = behind('tls');
  return {
    protocol: behind('with')?.toUpperCase() ?? null,
    tls: cipher === undefined ? null : { cipher, form: formOf(cipher) },
    tlsInComment: comments.some((comment) => /\bTLS/i.test(comment)),
  };
}

function formOf(cipher: string): CipherForm {
  if (/^0x[0-9a-f]{4}$/i.test(cipher)) return 'hex';
  if (/^[0-9a-f]{4}$/i.test(cipher)) return 'hex-without-prefix';
  return /^[a-z][a-z0-9_]*$/i.test(cipher) ? 'name' : 'unreadable';
}

/** RFC 5322 section 3.2.2: comments nest, and a backslash takes its meaning from what follows. */
function takeComments(text: string): { readonly outside: string; readonly comments: readonly string[] } {
  const comments: string[] = [];
  let outside = '';
  let comment = '';
  let depth = 0;
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position] ?? '';
    if (character === '\\') {
      const pair = text.slice(position, position + 2);
      position += 1;
      if (depth > 0) comment += pair;
      else outside += pair;
    } else if (character === '(') {
      depth += 1;
    } else if (character === ')' && depth > 0) {
      depth -= 1;
      if (depth === 0) {
        comments.push(comment);
        comment = '';
        outside += ' ';
      }
    } else if (depth > 0) {
      comment += character;
    } else {
      outside += character;
    }
  }
  return { outside, comments: depth > 0 ? [...comments, comment] : comments };
}
