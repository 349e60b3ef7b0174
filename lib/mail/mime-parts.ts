/*
 * Reports of other providers come by mail. What is read of MIME (RFC 2045, 2046) is what they use: nested multiparts,
 * base64 and quoted-printable. Whatever cannot be read is left out, and everything is bounded.
 */

/** A part that holds no other parts. */
interface MimePart {
  /** Type and subtype in lower case, `text/plain` where it was not told. */
  readonly contentType: string;
  /** With its transfer encoding undone. */
  readonly body: Buffer;
}

export interface MimeMessage {
  /** The header as text, one octet a character, with its line ends. */
  readonly header: string;
  readonly parts: readonly MimePart[];
}

const maxParts = 50;
const maxDepth = 6;
const maxHeaderOctets = 65_536;

/** Reads a message (RFC 5322) into its parts, in their order; at most 50, nested at most 6 deep. */
export function readMimeMessage(message: Buffer): MimeMessage {
  const parts: MimePart[] = [];
  const { header, body } = splitHeader(message);
  collect({ header, body, depth: 0 }, parts);
  return { header, parts };
}

/** The first field of this name in a header, unfolded; null where it has none. */
export function findHeaderField(header: string, name: string): string | null {
  const unfolded = header.replace(/\r?\n(?=[ \t])/g, '');
  const prefix = `${name.toLowerCase()}:`;
  const line = unfolded.split(/\r?\n/).find((text) => text.toLowerCase().startsWith(prefix));
  return line?.slice(prefix.length).trim() ?? null;
}

interface Entity {
  readonly header: string;
  readonly body: Buffer;
  readonly depth: number;
}

function collect({ header, body, depth }: Entity, parts: MimePart[]): void {
  const type = findHeaderField(header, 'content-type') ?? 'text/plain';
  const contentType = (/^[^\s;]+/.exec(type)?.[0] ?? 'text/plain').toLowerCase();
  const boundary = contentType.startsWith('multipart/') ? readBoundary(type) : null;
  if (boundary === null) {
    if (parts.length < maxParts) parts.push({ contentType, body: decode(body, header) });
    return;
  }
  if (depth >= maxDepth) return;
  for (const part of splitParts(body, boundary)) collect({ ...splitHeader(part), depth: depth + 1 }, parts);
}

function splitHeader(entity: Buffer): { readonly header: string; readonly body: Buffer } {
  const head = entity.toString('latin1', 0, maxHeaderOctets);
  // A part may begin with the empty line: then it has no header.
  const end = /^\r?\n/.exec(head) ?? /\r?\n\r?\n/.exec(head);
  if (end === null) return { header: head, body: Buffer.alloc(0) };
  return { header: head.slice(0, end.index), body: entity.subarray(end.index + end[0].length) };
}

function readBoundary(type: string): string | null {
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type) ?? [];
  return quoted ?? plain ?? null;
}

/** What stands between the delimiter lines; the line end before a delimiter belongs to it (RFC 2046 section 5.1.1). */
function splitParts(body: Buffer, boundary: string): readonly Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Buffer[] = [];
  let start: number | null = null;
  let at = body.indexOf(delimiter);
  while (at !== -1 && parts.length < maxParts) {
    const after = at + delimiter.length;
    // Looked at only where a line begins: else a body of nothing but delimiters would take for ever.
    const line = at === 0 || body[at - 1] === 0x0a ? readRestOfLine(body, after) : null;
    if (line !== null && /^(?:--)?\s*$/.test(line.text)) {
      if (start !== null) parts.push(body.subarray(start, beforeLineEnd(body, at)));
      start = line.end;
      if (line.text.startsWith('--')) return parts;
    }
    at = body.indexOf(delimiter, after);
  }
  // A message that was cut on its way has no last delimiter.
  if (start !== null && parts.length < maxParts) parts.push(body.subarray(start));
  return parts;
}

/** At most 80 octets of it, and where the next line begins. */
function readRestOfLine(body: Buffer, from: number): { readonly text: string; readonly end: number } {
  const lineEnd = body.indexOf('\n', from);
  const end = lineEnd === -1 ? body.length : lineEnd + 1;
  return { text: body.toString('latin1', from, Math.min(end, from + 80)), end };
}

function beforeLineEnd(body: Buffer, at: number): number {
  return Math.max(0, body[at - 2] === 0x0d ? at - 2 : at - 1);
}

function decode(body: Buffer, header: string): Buffer {
  switch ((findHeaderField(header, 'content-transfer-encoding') ?? '').toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64');
    case 'quoted-printable':
      return decodeQuotedPrintable(body.toString('latin1'));
    default:
      return body;
  }
}

function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/=[ \t]*\r?\n/g, '');
  const octets = joined.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1');
}
