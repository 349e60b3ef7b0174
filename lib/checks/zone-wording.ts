import type { DnssecReason, SignatureResult } from '../model/dnssec.ts';
import { dnssecReasons } from '../model/dnssec.ts';
import type { Params } from '../model/finding.ts';
import type { ZoneQuestion, ZoneServer } from '../model/zone-observation.ts';
import { showTime, textParam } from './wording.ts';

/* How findings of a zone name servers, questions and signatures. */

/** Entries that a finding stores of one list: enough to act on, whatever the zone. */
export const mostLines = 40;

/** Characters of one line of a list: server, question and signature. */
export const lineLength = 320;

/** `ns1.example.org (192.0.2.53)` */
export function showServer({ host, address }: Pick<ZoneServer, 'host' | 'address'>): string {
  return `${host} (${address})`;
}

/** `example.org MX` */
export function showQuestion({ name, type }: ZoneQuestion): string {
  return `${name} ${type}`;
}

/** `example.org MX, key 12345 of example.org, 2026-11-10 04:00 UTC to 2026-12-08 04:00 UTC` */
export function showSignature({ owner, type, keyTag, signer, inception, expiration }: SignatureResult): string {
  return `${owner} ${type}, key ${String(keyTag)} of ${signer}, ${showTime(inception)} to ${showTime(expiration)}`;
}

/** A number of seconds as `8 days` or `36 hours`. */
export function showSeconds(seconds: number): string {
  const hours = seconds / 3600;
  return hours < 72 ? `${oneDecimal(hours)} hours` : `${oneDecimal(hours / 24)} days`;
}

/** `example.org`, short enough for a title. */
export function zoneParam(params: Params): string {
  return textParam(params, 'zone', 60);
}

/** The stored reason of a verdict; null where this version does not know it. */
export function reasonParam(params: Params): DnssecReason | null {
  return dnssecReasons.find((reason) => reason === params.reason) ?? null;
}

function oneDecimal(value: number): string {
  return String(Math.round(value * 10) / 10);
}
