import { pickRecord, type VersionedRecord } from './versioned-record.ts';

/** The record at `_smtp._tls.<domain>` (RFC 8460 section 3). */
export interface TlsRptRecord {
  /** Where reports are sent: mailto: and https: URIs. */
  readonly rua: readonly string[];
}

/** Reads the TXT records at `_smtp._tls.<domain>`. A URI of another kind is passed over where a usable one is there. */
export function parseTlsRptRecord(texts: readonly string[]): VersionedRecord<TlsRptRecord> {
  const picked = pickRecord(texts, 'TLSRPTv1');
  if (picked.state !== 'present') return picked;
  const written = picked.record.get('rua');
  if (written === undefined) return { state: 'unreadable', why: 'has no rua' };
  const uris = written.split(',').map((uri) => uri.trim());
  const rua = uris.filter(
    (uri) => /^mailto:[^@\s]+@[^@\s]+$/i.test(uri) || (/^https:/i.test(uri) && URL.canParse(uri)),
  );
  if (rua.length === 0)
    return { state: 'unreadable', why: `its rua "${written.slice(0, 60)}" is no mailto: or https: URI` };
  return { state: 'present', record: { rua: rua.slice(0, 20) } };
}
