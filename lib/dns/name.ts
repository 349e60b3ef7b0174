import { err, ok, type Result } from '../model/result.ts';
import { compareOctets, toLatin1, uint8At } from './octets.ts';

/** RFC 1035 section 2.3.4. */
const maxLabelOctets = 63;
export const maxNameOctets = 255;

const tooLong = `the name is longer than ${maxNameOctets} octets`;

/**
 * A fully qualified domain name as its wire bytes: label boundaries, letter case, dots inside labels and octets
 * that are no text all survive. Immutable.
 */
export class Name {
  static readonly root = new Name(Uint8Array.of(0));

  readonly #wire: Uint8Array;
  // Made when first asked for: a message has thousands of names, and few are ever compared.
  #canonical: Uint8Array | null = null;
  #labelStarts: readonly number[] | null = null;

  private constructor(wire: Uint8Array) {
    this.#wire = wire;
  }

  /** From uncompressed wire form. Refuses what is not exactly one name of at most 255 octets. */
  static fromWire(wire: Uint8Array): Result<Name> {
    if (wire.length > maxNameOctets) return err(tooLong);
    let at = 0;
    while (at < wire.length) {
      const length = uint8At(wire, at);
      if (length > maxLabelOctets) return err(`a label is longer than ${maxLabelOctets} octets`);
      at += length + 1;
      if (length === 0) break;
    }
    const ends = at === wire.length && wire.at(-1) === 0;
    return ends ? ok(new Name(Uint8Array.from(wire))) : err('the name does not end where it should');
  }

  /** Leftmost label first, without the root's empty one. Refuses empty and long labels and names above 255 octets. */
  static fromLabels(labels: readonly Uint8Array[]): Result<Name> {
    if (labels.some((label) => label.length === 0)) return err('a label is empty');
    const long = labels.some((label) => label.length > maxLabelOctets);
    return long ? err(`a label is longer than ${maxLabelOctets} octets`) : Name.fromWire(concatenate(labels));
  }

  get labelCount(): number {
    return this.#starts().length;
  }

  get isRoot(): boolean {
    return this.#wire.length === 1;
  }

  /** Copies of the labels, leftmost first. */
  labels(): Uint8Array[] {
    return this.#starts().map((start) => labelAt(this.#wire, start).slice());
  }

  /** Uncompressed wire form, letter case as it came. */
  toWire(): Uint8Array {
    return this.#wire.slice();
  }

  /** Wire form in lower case (RFC 4034 section 6.2). */
  toCanonicalWire(): Uint8Array {
    return this.#lower().slice();
  }

  /** Equal for equal names, whatever their case: for maps and sets. */
  key(): string {
    return toLatin1(this.#lower());
  }

  /** Equality without regard to the case of ASCII letters (RFC 4343). */
  equals(other: Name): boolean {
    return this.#wire.length === other.#wire.length && compareOctets(this.#lower(), other.#lower()) === 0;
  }

  /** Canonical order (RFC 4034 section 6.1): labels from the right, lower case, absent before present. */
  compareCanonical(other: Name): number {
    const shared = Math.min(this.labelCount, other.labelCount);
    for (let fromRight = 1; fromRight <= shared; fromRight += 1) {
      const order = compareOctets(this.#canonicalLabel(fromRight), other.#canonicalLabel(fromRight));
      if (order !== 0) return order;
    }
    return this.labelCount - other.labelCount;
  }

  /** True for the ancestor itself and everything below it. */
  isSubdomainOf(ancestor: Name): boolean {
    return ancestor.labelCount <= this.labelCount && this.sharedLabels(ancestor) === ancestor.labelCount;
  }

  /** The name without its leftmost label; null for the root. */
  parent(): Name | null {
    return this.isRoot ? null : new Name(this.#wire.slice(uint8At(this.#wire, 0) + 1));
  }

  /** The ancestor with that many labels, itself included. More labels than there are is a bug and throws. */
  ancestor(labelCount: number): Name {
    const starts = this.#starts();
    if (labelCount > starts.length || labelCount < 0) throw new RangeError(`${labelCount} of ${starts.length} labels`);
    return new Name(this.#wire.slice(starts[starts.length - labelCount] ?? this.#wire.length - 1));
  }

  /** How many labels the two have in common, counted from the root. */
  sharedLabels(other: Name): number {
    const most = Math.min(this.labelCount, other.labelCount);
    for (let fromRight = 1; fromRight <= most; fromRight += 1) {
      if (compareOctets(this.#canonicalLabel(fromRight), other.#canonicalLabel(fromRight)) !== 0) return fromRight - 1;
    }
    return most;
  }

  /** The name with one more label at its left. Fails where that makes it longer than 255 octets. */
  child(label: Uint8Array): Result<Name> {
    return Name.fromLabels([label, ...this.labels()]);
  }

  /** Whether the leftmost label is `*` (RFC 4592 section 2.1.1). */
  get isWildcard(): boolean {
    return this.#wire.length > 2 && this.#wire[0] === 1 && this.#wire[1] === 0x2a;
  }

  /** Presentation form without the final dot; `.` for the root. Escapes as RFC 1035 section 5.1. */
  toString(): string {
    return this.isRoot
      ? '.'
      : this.#starts()
          .map((start) => formatLabel(labelAt(this.#wire, start)))
          .join('.');
  }

  /** ASCII letters only: DNS knows no other case (RFC 4343). Length octets are below 64 and no letters. */
  #lower(): Uint8Array {
    this.#canonical ??= this.#wire.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));
    return this.#canonical;
  }

  #starts(): readonly number[] {
    this.#labelStarts ??= findLabels(this.#wire);
    return this.#labelStarts;
  }

  #canonicalLabel(fromRight: number): Uint8Array {
    const start = this.#starts()[this.labelCount - fromRight];
    if (start === undefined) throw new RangeError(`label ${fromRight} of ${this.labelCount}`);
    return labelAt(this.#lower(), start);
  }
}

/**
 * Reads the presentation form of RFC 1035 section 5.1: labels with `.` between them, `\DDD` for an octet and `\X`
 * for a character. A final dot changes nothing: every name is fully qualified.
 */
export function parseName(text: string): Result<Name> {
  if (text === '.') return ok(Name.root);
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '.') {
      labels.push(Uint8Array.from(label));
      label = [];
      at += 1;
    } else if (character === '\\') {
      const escape = /^\\(?:(\d{3})|([^\d]))/.exec(text.slice(at, at + 4));
      const octet = escape?.[1] === undefined ? escape?.[2]?.charCodeAt(0) : Number(escape[1]);
      if (escape === null || octet === undefined || octet > 255) return err('a backslash escapes nothing that exists');
      label.push(octet);
      at += escape[0].length;
    } else {
      const octet = character.charCodeAt(0);
      if (octet > 127) return err('the name has characters outside ASCII; write it in its A-label (xn--) form');
      label.push(octet);
      at += 1;
    }
    if (labels.length * 2 + label.length > maxNameOctets) return err(tooLong);
  }
  if (label.length > 0 || labels.length === 0) labels.push(Uint8Array.from(label));
  return Name.fromLabels(labels);
}

function concatenate(labels: readonly Uint8Array[]): Uint8Array {
  const wire = new Uint8Array(labels.reduce((total, label) => total + label.length + 1, 1));
  let at = 0;
  for (const label of labels) {
    wire[at] = label.length;
    wire.set(label, at + 1);
    at += label.length + 1;
  }
  return wire;
}

/** Offsets of the length octets of all labels but the root's. */
function findLabels(wire: Uint8Array): readonly number[] {
  const starts: number[] = [];
  for (let at = 0; uint8At(wire, at) !== 0; at += uint8At(wire, at) + 1) starts.push(at);
  return starts;
}

/** A view of the label whose length octet stands at `start`. */
function labelAt(wire: Uint8Array, start: number): Uint8Array {
  return wire.subarray(start + 1, start + 1 + uint8At(wire, start));
}

const specialCharacters = new Set(Array.from('.\\"();@$', (character) => character.charCodeAt(0)));

function formatLabel(label: Uint8Array): string {
  let text = '';
  for (let index = 0; index < label.length; index += 1) {
    const octet = uint8At(label, index);
    if (octet <= 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, '0')}`;
    else if (specialCharacters.has(octet)) text += `\\${String.fromCharCode(octet)}`;
    else text += String.fromCharCode(octet);
  }
  return text;
}
