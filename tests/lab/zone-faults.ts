import type { ZoneChange, ZoneLine } from './zone-types.ts';

/* What can be done to a signed zone so that it no longer is what was signed. Owners are absolute. */

/** Which record sets a change is made to: all of a type, or those of one owner. */
export interface Target {
  readonly type: string;
  readonly owner?: string;
}

export const unchanged: ZoneChange = (lines) => lines;

/** One change after the other. */
export function inTurn(...changes: readonly ZoneChange[]): ZoneChange {
  return (lines) => changes.reduce((changed, change) => change(changed), lines);
}

/** Without the records of the set; its signatures stay. */
function withoutRecords(target: Target): ZoneChange {
  return (lines) => lines.filter((line) => !isRecord(line, target));
}

/** Without the signatures of the set. */
export function withoutSignatures(target: Target): ZoneChange {
  return (lines) => lines.filter((line) => !isSignature(line, target));
}

/** Without the set and its signatures. */
export function withoutSet(target: Target): ZoneChange {
  return inTurn(withoutRecords(target), withoutSignatures(target));
}

/** One bit in the middle of each signature of the set is flipped. */
export function flipSignatures(target: Target): ZoneChange {
  return changeSignatures(target, (fields) => [...fields.slice(0, 8), flipBit(fields.slice(8).join(''))]);
}

/** Signatures of the set with one field (by its place in RFC 4034 section 3.2) written over. */
export function overwriteField(
  target: Target,
  field: 'labels' | 'expiration' | 'inception' | 'signer',
  value: string,
): ZoneChange {
  const place = { labels: 2, expiration: 4, inception: 5, signer: 7 }[field];
  return changeSignatures(target, (fields) => fields.map((old, index) => (index === place ? value : old)));
}

/** Data of the set replaced by other data, under the same signatures. */
export function overwriteData(target: Target, data: string): ZoneChange {
  return (lines) => lines.map((line) => (isRecord(line, target) ? { ...line, data } : line));
}

/** A number of copies of each signature of the set, each with another bit flipped. */
export function forgeSignatures(target: Target, count: number): ZoneChange {
  return (lines) =>
    lines.flatMap((line) => {
      if (!isSignature(line, target)) return [line];
      const fields = line.data.split(' ');
      const signature = fields.slice(8).join('');
      return Array.from({ length: count }, (_, index) => ({
        ...line,
        data: [...fields.slice(0, 8), flipBit(signature, index)].join(' '),
      }));
    });
}

function changeSignatures(target: Target, change: (fields: readonly string[]) => readonly string[]): ZoneChange {
  return (lines) =>
    lines.map((line) => (isSignature(line, target) ? { ...line, data: change(line.data.split(' ')).join(' ') } : line));
}

function flipBit(base64: string, at = 20): string {
  const octets = Buffer.from(base64, 'base64');
  octets[at] = (octets[at] ?? 0) ^ 1;
  return octets.toString('base64');
}

function isRecord(line: ZoneLine, target: Target): boolean {
  return line.type === target.type && isOwner(line, target);
}

function isSignature(line: ZoneLine, target: Target): boolean {
  return line.type === 'RRSIG' && line.data.startsWith(`${target.type} `) && isOwner(line, target);
}

function isOwner(line: ZoneLine, { owner }: Target): boolean {
  return owner === undefined || line.owner === owner;
}
