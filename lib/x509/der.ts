/**
 * One DER element (X.690 section 8.1). Byte arrays are views into the input, never copies or re-encodings: what is
 * hashed is what came over the wire.
 */
export interface DerElement {
  /** The identifier octet: class, constructed bit and tag number, e.g. 0x30 for SEQUENCE. */
  readonly tag: number;
  /** Header and contents. */
  readonly raw: Uint8Array;
  readonly contents: Uint8Array;
}

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** Elements that one constructed value may hold. A certificate has a handful; a hostile one does not get to cost us more. */
const maxElements = 4096;

/**
 * Reads the element at the start of `bytes` and ignores what follows it. Undefined where there is none: truncated,
 * a length that is indefinite, not minimal or above 2^31, or a tag number above 30, which X.509 never uses.
 */
export function readDerElement(bytes: Uint8Array): DerElement | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let headerLength = 2;
  if (first >= 0x80) {
    const lengthOctets = first & 0x7f;
    if (lengthOctets === 0 || lengthOctets > 4) return undefined;
    length = 0;
    for (const octet of bytes.subarray(2, 2 + lengthOctets)) length = length * 256 + octet;
    headerLength += lengthOctets;
    if (length < 0x80 || length < 256 ** (lengthOctets - 1)) return undefined;
  }
  const end = headerLength + length;
  if (end > bytes.length) return undefined;
  return { tag, raw: bytes.subarray(0, end), contents: bytes.subarray(headerLength, end) };
}

/** The elements that `contents` of a constructed value is made of, in order; undefined where bytes are left that are none. */
export function readDerElements(contents: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let rest = contents; rest.length > 0;) {
    const element = readDerElement(rest);
    if (element === undefined || elements.length === maxElements) return undefined;
    elements.push(element);
    rest = rest.subarray(element.raw.length);
  }
  return elements;
}

/** Octets as one Latin-1 character each, for the string types of ASN.1 that are ASCII. */
export function readDerText(contents: Uint8Array): string {
  return Buffer.from(contents).toString('latin1');
}

/**
 * UTCTime or GeneralizedTime in the forms RFC 5280 section 4.1.2.5 allows (seconds, `Z`), as milliseconds since the
 * epoch; undefined for any other form and for dates that do not exist.
 */
export function readDerTime(element: DerElement): number | undefined {
  const text = readDerText(element.contents.subarray(0, 32));
  let year: number;
  let rest: string;
  if (element.tag === derTag.utcTime && /^\d{12}Z$/.test(text)) {
    const twoDigits = Number(text.slice(0, 2));
    year = twoDigits < 50 ? 2000 + twoDigits : 1900 + twoDigits;
    rest = text.slice(2);
  } else if (element.tag === derTag.generalizedTime && /^\d{14}Z$/.test(text)) {
    year = Number(text.slice(0, 4));
    rest = text.slice(4);
  } else return undefined;
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((at) => rest.slice(at, at + 2));
  const iso = `${String(year).padStart(4, '0')}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}Z`;
  const at = Date.parse(iso);
  // Date.parse rolls 30 February over into March: such a date is refused.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== iso.slice(0, 10)) return undefined;
  return at;
}
