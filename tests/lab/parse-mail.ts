/** A mail as a person sees it. */
export interface ParsedMail {
  /** By lower-case name, unfolded and decoded (RFC 2047); of repeated fields the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  /** The first text/plain part. */
  readonly text: string;
  /** The first text/html part, null where there is none. */
  readonly html: string | null;
}

interface Entity {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Parses a mail (RFC 5322, MIME) given as latin1 text. For mails that the product sent: not for strangers' mail. */
export function parseMail(source: string): ParsedMail {
  const entity = splitEntity(source);
  const parts = leaves(entity);
  const text = parts.find((part) => contentType(part).startsWith('text/plain'));
  const html = parts.find((part) => contentType(part).startsWith('text/html'));
  const headers = Object.fromEntries(Object.entries(entity.headers).map(([name, value]) => [name, decodeWords(value)]));
  return {
    headers,
    subject: headers['subject'] ?? '',
    text: text === undefined ? '' : decodeBody(text),
    html: html === undefined ? null : decodeBody(html),
  };
}

function splitEntity(source: string): Entity {
  const end = source.indexOf('\r\n\r\n');
  const head = end === -1 ? source : source.slice(0, end);
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return { headers, body: end === -1 ? '' : source.slice(end + 4) };
}

function leaves(entity: Entity): readonly Entity[] {
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/is.exec(entity.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return [entity];
  const parts = `\r\n${entity.body}`.split(`\r\n--${boundary}`).slice(1);
  return parts
    .filter((part) => !part.startsWith('--'))
    .flatMap((part) => leaves(splitEntity(part.replace(/^\s*\r\n/, ''))));
}

function contentType(entity: Entity): string {
  return (entity.headers['content-type'] ?? 'text/plain').toLowerCase();
}

function decodeBody(entity: Entity): string {
  const bytes = decodeTransfer(entity.body, (entity.headers['content-transfer-encoding'] ?? '7bit').toLowerCase());
  return bytes.toString('utf8').replaceAll('\r\n', '\n');
}

function decodeTransfer(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body.replaceAll(/=[ \t]*\r\n/g, ''));
  return Buffer.from(body, 'latin1');
}

function decodeQuotedPrintable(text: string): Buffer {
  const decoded = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}

/** Encoded words (RFC 2047); white space between two of them is not part of the text. */
function decodeWords(value: string): string {
  const joined = value.replaceAll(/\?=\s+=\?/g, '?==?');
  return joined.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) => {
    const bytes =
      encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : decodeQuotedPrintable(text.replaceAll('_', ' '));
    return bytes.toString('utf8');
  });
}
