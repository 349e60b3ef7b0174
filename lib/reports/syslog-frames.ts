/** A message of syslog over TCP, or one that was longer than is taken. */
export type SyslogFrame =
  { readonly kind: 'message'; readonly text: string } | { readonly kind: 'too-long'; readonly octets: number };

const lineFeed = 0x0a;
const space = 0x20;
/** Digits of the length of a message. */
const maxLengthDigits = 9;

/** Longest message that is taken, in octets. */
export const maxFrameOctets = 8192;

/**
 * Takes syslog over TCP apart as it comes (RFC 6587): octet counting where a message begins with a number, else up to the
 * next line feed. Holds at most one message; what is longer is passed over without being kept.
 */
export class SyslogFrames {
  #held: Buffer = Buffer.alloc(0);
  /** Octets of a message too long that are still to come; null: none is being passed over. */
  #passing: { octetsLeft: number | null; octets: number } | null = null;

  /** The messages that these octets complete. */
  *push(chunk: Buffer): Generator<SyslogFrame> {
    let data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      if (this.#passing !== null) {
        const skipped = this.#skip(data, this.#passing);
        if (skipped === null) {
          data = Buffer.alloc(0);
          break;
        }
        yield { kind: 'too-long', octets: skipped.octets };
        data = data.subarray(skipped.end);
      }
      const frame = this.#next(data);
      if (frame === null) break;
      data = data.subarray(frame.end);
      if (frame.text !== '') yield { kind: 'message', text: frame.text };
    }
    // A copy: a small rest must not keep a large chunk in memory.
    this.#held = Buffer.from(data);
  }

  #skip(data: Buffer, passing: { octetsLeft: number | null; octets: number }): { end: number; octets: number } | null {
    const found = passing.octetsLeft === null ? data.indexOf(lineFeed) : passing.octetsLeft;
    if (found === -1 || found > data.length) {
      passing.octets += data.length;
      if (passing.octetsLeft !== null) passing.octetsLeft -= data.length;
      return null;
    }
    this.#passing = null;
    const end = passing.octetsLeft === null ? found + 1 : found;
    return { end, octets: passing.octets + found };
  }

  /** The next whole message of `data`; null: more must come, or one too long has begun. */
  #next(data: Buffer): { text: string; end: number } | null {
    const length = countedLength(data);
    if (length === 'unfinished') return null;
    if (length === null) {
      const end = data.indexOf(lineFeed);
      if (end > maxFrameOctets || (end === -1 && data.length > maxFrameOctets)) {
        this.#passing = { octetsLeft: null, octets: 0 };
        return { text: '', end: 0 };
      }
      return end === -1 ? null : { text: decode(data, 0, end), end: end + 1 };
    }
    const end = length.start + length.octets;
    if (length.octets > maxFrameOctets) {
      this.#passing = { octetsLeft: length.octets, octets: 0 };
      return { text: '', end: length.start };
    }
    return end > data.length ? null : { text: decode(data, length.start, end), end };
  }
}

/** MSG-LEN and the space after it, RFC 6587 section 3.4.1. A line that begins with a year has no space after it. */
function countedLength(data: Buffer): { start: number; octets: number } | 'unfinished' | null {
  let position = 0;
  let octets = 0;
  for (; position <= maxLengthDigits; position += 1) {
    const byte = data[position];
    if (byte === undefined) return position === 0 ? null : 'unfinished';
    if (byte === space && position > 0) return { start: position + 1, octets };
    if (byte < 0x30 || byte > 0x39) return null;
    octets = octets * 10 + byte - 0x30;
  }
  return null;
}

/** Broken UTF-8 shows as U+FFFD: a log is no place to be strict about what somebody else wrote. */
function decode(data: Buffer, start: number, end: number): string {
  return data.toString('utf8', start, end).replace(/[\r\n\0]+$/, '');
}
