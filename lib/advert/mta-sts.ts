import { err, ok, type Result } from '../model/result.ts';
import { matchHost } from '../x509/names.ts';
import { pickRecord, type VersionedRecord } from './versioned-record.ts';

/** The record at `_mta-sts.<domain>` (RFC 8461 section 3.1). */
export interface MtaStsRecord {
  /** Changes with the policy. */
  readonly id: string;
}

/** Reads the TXT records at `_mta-sts.<domain>`. */
export function parseMtaStsRecord(texts: readonly string[]): VersionedRecord<MtaStsRecord> {
  const picked = pickRecord(texts, 'STSv1');
  if (picked.state !== 'present') return picked;
  const id = picked.record.get('id');
  if (id === undefined) return { state: 'unreadable', why: 'has no id' };
  if (!/^[A-Za-z0-9]{1,32}$/.test(id)) return { state: 'unreadable', why: 'its id is not 1 to 32 letters and digits' };
  return { state: 'present', record: { id } };
}

export const mtaStsModes = ['enforce', 'testing', 'none'] as const;

/** A policy (RFC 8461 section 3.2). */
export interface MtaStsPolicy {
  readonly mode: (typeof mtaStsModes)[number];
  /** How long senders keep it, in seconds. */
  readonly maxAgeSeconds: number;
  /** Names of MX hosts, lower case; `*.` stands for exactly one label. */
  readonly mx: readonly string[];
}

/** A year and a day: the longest that a policy may last. */
const longestAgeSeconds = 31_557_600;
const maxPatterns = 200;

/**
 * Reads a policy file. Of a field that may stand once only the first counts, unknown fields are passed over, lines end
 * with LF or CRLF. The error is a phrase for people.
 */
export function parseMtaStsPolicy(text: string): Result<MtaStsPolicy> {
  const fields = new Map<string, string>();
  const mx: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) return err(`"${line.trim().slice(0, 60)}" is not a field`);
    const key = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (key === 'mx') mx.push(value.toLowerCase().replace(/\.$/, ''));
    else if (!fields.has(key)) fields.set(key, value);
  }
  if (fields.get('version') !== 'STSv1') return err('has no line "version: STSv1"');
  const mode = mtaStsModes.find((known) => known === fields.get('mode'));
  if (mode === undefined) return err(`its mode is ${quote(fields.get('mode'))}`);
  const age = fields.get('max_age') ?? '';
  if (!/^\d{1,10}$/.test(age)) return err(`its max_age is ${quote(fields.get('max_age'))}`);
  const wrong = mx.find((pattern) => !isPattern(pattern));
  if (wrong !== undefined) return err(`its mx ${quote(wrong)} is not a name of a host`);
  if (mode !== 'none' && mx.length === 0) return err('names no mx');
  return ok({ mode, maxAgeSeconds: Math.min(Number(age), longestAgeSeconds), mx: mx.slice(0, maxPatterns) });
}

/** Whether a policy covers an MX host (RFC 8461 section 4.1: as DNS-IDs of certificates are compared). */
export function coversMx({ mx }: MtaStsPolicy, host: string): boolean {
  return matchHost(host, mx).matches;
}

function isPattern(text: string): boolean {
  return text.length <= 255 && /^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}$/.test(text);
}

function quote(text: string | undefined): string {
  return text === undefined ? 'missing' : `"${text.slice(0, 60)}"`;
}
