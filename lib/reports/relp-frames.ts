/** A frame of RELP: `TXNR SP COMMAND SP DATALEN [SP DATA] LF`. */
export interface RelpFrame {
  readonly transaction: number;
  readonly command: string;
  /** Cut where it is longer than any line of interest. */
  readonly text: string;
}

const maxKeptOctets = 8192;
const maxHeaderOctets = 64;
const lineFeed = 0x0a;
const space = 0x20;

const headerPattern = /^(\d{1,9}) ([A-Za-z]{1,32}) (\d{1,9})[ \n]/;

interface Header {
  readonly transaction: number;
  readonly command: string;
  readonly dataOctets: number;
  /** Octets up to the data. */
  readonly octets: number;
}

/**
 * Takes the octets of a RELP connection apart as they come. Holds at most one frame of bounded size. Once octets came that
 * are no RELP, `isBroken` says so and nothing more is read.
 */
export class RelpFrames {
  #held: Buffer = Buffer.alloc(0);
  /** Octets of a long frame that are still to be passed over. */
  #passing = 0;
  #broken = false;

  get isBroken(): boolean {
    return this.#broken;
  }

  /** The frames that these octets complete; one that is longer than is kept is complete before its end. */
  *push(chunk: Buffer): Generator<RelpFrame> {
    let data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (!this.#broken) {
      const passed = Math.min(this.#passing, data.length);
      this.#passing -= passed;
      data = data.subarray(passed);
      const header = this.#readHeader(data);
      if (header === null) break;
      const { transaction, command, dataOctets, octets } = header;
      const kept = Math.min(dataOctets, maxKeptOctets);
      if (data.length < octets + kept) break;
      const text = data.toString('utf8', octets, octets + kept);
      // A frame without data ends with the line feed that stands in the place of the space.
      this.#passing = dataOctets === 0 && data[octets - 1] === lineFeed ? 0 : dataOctets - kept + 1;
      data = data.subarray(octets + kept);
      yield { transaction, command, text };
    }
    // A copy: a small rest must not keep a large chunk in memory.
    this.#held = this.#broken ? Buffer.alloc(0) : Buffer.from(data);
  }

  #readHeader(data: Buffer): Header | null {
    const head = data.toString('latin1', 0, maxHeaderOctets);
    const [whole, transaction, command = '', length] = headerPattern.exec(head) ?? [];
    if (whole === undefined) {
      this.#broken = data.length >= maxHeaderOctets || !/^[\dA-Za-z ]*$/.test(head);
      return null;
    }
    const hasData = data[whole.length - 1] === space;
    if (!hasData && Number(length) > 0) {
      this.#broken = true;
      return null;
    }
    return { transaction: Number(transaction), command, dataOctets: Number(length), octets: whole.length };
  }
}
