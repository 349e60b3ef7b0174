/** Something that happens at an instant. Texts may be of strangers. */
export interface CalendarEvent {
  /** Never changes, and nothing else ever has it (RFC 7986 section 5.3). */
  readonly uid: string;
  /** Milliseconds since the epoch, as the others. */
  readonly at: number;
  /** When what is told of it changed last. */
  readonly changedAt: number;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
  readonly categories: readonly string[];
}

/** Octets of a line without its end (RFC 5545 section 3.1). */
const maxOctets = 75;

/** RFC 5545 section 3.3.11: backslash, semicolon, comma and line ends are escaped; other control characters have no form. */
function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(/[\p{Cc}\p{Surrogate}\u2028\u2029]/gu, '\ufffd');
}

/** Folds a line before it gets too long, never within a character. */
function fold(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > maxOctets) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}

/** `20261124T040113Z` */
function instant(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').concat('Z');
}

/** A calendar (RFC 5545, named by RFC 7986) of events that take no time of anybody. `productId` is ours. */
export function writeCalendar(calendar: {
  readonly productId: string;
  readonly name: string;
  readonly events: readonly CalendarEvent[];
}): string {
  const text = (name: string, value: string) => `${name}:${escapeText(value)}`;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    text('PRODID', calendar.productId),
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    text('NAME', calendar.name),
    text('X-WR-CALNAME', calendar.name),
    'REFRESH-INTERVAL;VALUE=DURATION:PT6H',
    ...calendar.events.flatMap(({ uid, at, changedAt, summary, description, url, categories }) => [
      'BEGIN:VEVENT',
      text('UID', uid),
      `DTSTAMP:${instant(changedAt)}`,
      `DTSTART:${instant(at)}`,
      text('SUMMARY', summary),
      text('DESCRIPTION', description),
      // A URI is no text: nothing in it is escaped (section 3.3.13).
      `URL:${new URL(url).href}`,
      ...(categories.length === 0 ? [] : [`CATEGORIES:${categories.map(escapeText).join(',')}`]),
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}
