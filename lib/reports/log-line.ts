/** One line of a log without its header. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As the header has it; null: it has none. */
  readonly host: string | null;
  /** E.g. `postfix/submissions/smtpd`, `dovecot`; '' where the header names none. */
  readonly program: string;
  /** Digits; null: not told. */
  readonly pid: string | null;
  readonly message: string;
}

export interface LogClock {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What the clock of the sender is ahead of UTC, for times without a zone. */
  readonly zoneOffsetMinutes: number;
}

interface Header {
  readonly at: number;
  readonly rest: string;
}

const maxLineCharacters = 8192;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `<PRI>` and, with version 1, the whole header of RFC 5424 section 6. NILVALUE is `-`. */
const priority = /^<\d{1,3}>/;
const header5424 = /^1 (\S{1,48}) (\S{1,255}) (\S{1,48}) (\S{1,128}) \S{1,32} /;
/** Processes whose lines Dovecot writes to its own log, without host and tag. */
const dovecotProcess = /^(?:imap|pop3|managesieve|submission)(?:-login: |\()/;

/**
 * Reads the header of a line: RFC 5424, RFC 3164 and what rsyslog makes of it by default (a time of RFC 3339), with or
 * without priority, and Dovecot's own log files. Where the year is missing it is the latest that does not bring the time more than
 * a day ahead of now. Null where there is no time.
 */
export function readLogLine(text: string, clock: LogClock): LogLine | null {
  const line = text.slice(0, maxLineCharacters).replace(priority, '');
  const modern = header5424.exec(line);
  if (modern !== null) return read5424(line, modern, clock);
  const header = readIsoTime(line, clock) ?? readOldTime(line, clock);
  if (header === null) return null;
  const { at, rest } = header;
  if (dovecotProcess.test(rest)) return { at, host: null, program: 'dovecot', pid: null, message: rest };
  const [whole, host, program, pid] = /^(\S{1,255}) ([^\s:[]{1,64})(?:\[(\d{1,10})\])?: ?/.exec(rest) ?? [];
  if (whole === undefined || host === undefined) return null;
  return { at, host, program: program ?? '', pid: pid ?? null, message: rest.slice(whole.length) };
}

function read5424(line: string, match: RegExpExecArray, clock: LogClock): LogLine | null {
  const [whole, time = '', host, program, pid] = match;
  const header = readIsoTime(`${time} `, clock);
  const start = endOfStructuredData(line, whole.length);
  if (header === null || start === null) return null;
  return {
    at: header.at,
    host: host === undefined || host === '-' ? null : host,
    program: program === undefined || program === '-' ? '' : program,
    pid: pid !== undefined && /^\d{1,10}$/.test(pid) ? pid : null,
    // rsyslog keeps the space after the tag as the first character of the message.
    message: line.slice(start).replace(/^ *\ufeff? */, ''),
  };
}

/** Structured data of RFC 5424 section 6.3: `-` or elements in brackets, whose values escape `"`, `\` and `]`. */
function endOfStructuredData(line: string, start: number): number | null {
  if (line[start] === '-') return start + 1;
  let position = start;
  while (line[position] === '[') {
    let isQuoted = false;
    for (position += 1; position < line.length; position += 1) {
      const character = line[position];
      if (isQuoted && character === '\\') position += 1;
      else if (character === '"') isQuoted = !isQuoted;
      else if (character === ']' && !isQuoted) break;
    }
    position += 1;
  }
  return position === start || position > line.length ? null : position;
}

const isoTime = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)? /;

function readIsoTime(line: string, { zoneOffsetMinutes }: LogClock): Header | null {
  const match = isoTime.exec(line);
  if (match === null) return null;
  const [whole, year, month, day, hour, minute, second, fraction, zone] = match;
  const offset = zone === undefined ? zoneOffsetMinutes : zoneMinutes(zone);
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  return { at: at - offset * minuteMs, rest: line.slice(whole.length) };
}

function zoneMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

const oldTime = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.\d{1,6})? /;

function readOldTime(line: string, { now, zoneOffsetMinutes }: LogClock): Header | null {
  const match = oldTime.exec(line);
  if (match === null) return null;
  const [whole, name = '', day, hour, minute, second] = match;
  const month = months.indexOf(name);
  if (month === -1) return null;
  const year = new Date(now).getUTCFullYear();
  const candidates = [year - 1, year, year + 1].map(
    (candidate) =>
      Date.UTC(candidate, month, Number(day), Number(hour), Number(minute), Number(second)) -
      zoneOffsetMinutes * minuteMs,
  );
  const at = candidates.findLast((candidate) => candidate <= now + dayMs) ?? now;
  return { at, rest: line.slice(whole.length) };
}
