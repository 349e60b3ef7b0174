import type { TlsaRecord } from '../model/observation.ts';
import type { ServerAnswer } from '../model/zone-observation.ts';
import { parseTlsaText } from '../planner/tlsa-text.ts';
import type { ServedTlsa } from './held-since.ts';

/** What the answer of one authoritative server to the question for TLSA records says (RFC 6698 section 3). */
export function servedTlsa(
  { host, address }: Pick<ServedTlsa, 'host' | 'address'>,
  answer: ServerAnswer['answer'] | undefined,
): ServedTlsa {
  const counts = answer?.ok === true && ['NOERROR', 'NXDOMAIN'].includes(answer.facts.rcode);
  // Who is not responsible for the zone passes on what a cache holds, or nothing.
  if (!counts || !answer.facts.authoritative) return { host, address, set: null };
  const { records, ttlSeconds } = answer.facts;
  return { host, address, set: { records: records.flatMap(readRecord), ttlSeconds } };
}

function readRecord(text: string): readonly TlsaRecord[] {
  const record = parseTlsaText(text);
  return record.ok ? [record.value] : [];
}

/** `_993._tcp.mail.example.org`, the owner of the TLSA records of a port (RFC 6698 section 3). */
export function tlsaOwner({ host, port }: { readonly host: string; readonly port: number }): string {
  return `_${String(port)}._tcp.${host}`;
}
