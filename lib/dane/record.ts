import { createPublicKey } from 'node:crypto';
import type { ServiceRow } from '../model/endpoint.ts';
import type { TlsaRecord } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { digestHex, parseCertificate } from '../x509/certificate.ts';

/* One TLSA record by itself: whether a client can use it, and what it stands for (RFC 6698 section 2.1). */

export type TlsaPolicy = ServiceRow['tlsaPolicy'];

/** Why a client would skip the record altogether. `policy`: PKIX-TA and PKIX-EE between MTAs (RFC 7672 section 3.1.3). */
export type UnusableReason = 'usage' | 'selector' | 'matching-type' | 'digest-length' | 'data' | 'policy';

/** Null where a client can use the record. */
export function findUnusable(
  { usage, selector, matchingType, data }: TlsaRecord,
  policy: TlsaPolicy,
): UnusableReason | null {
  if (usage > 3) return 'usage';
  if (policy === 'mta' && usage < 2) return 'policy';
  if (selector > 1) return 'selector';
  if (matchingType > 2) return 'matching-type';
  if (!/^(?:[0-9a-f]{2})+$/.test(data)) return 'data';
  switch (matchingType) {
    case 1:
      return data.length === 64 ? null : 'digest-length';
    case 2:
      return data.length === 128 ? null : 'digest-length';
    default:
      return isDecodable(Buffer.from(data, 'hex'), selector) ? null : 'data';
  }
}

function isDecodable(bytes: Uint8Array, selector: number): boolean {
  if (selector === 0) return parseCertificate(bytes).ok;
  try {
    createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

/** Whether the association data is that of the certificate. */
export function isAssociated(record: TlsaRecord, certificate: Certificate): boolean {
  const bytes = record.selector === 0 ? certificate.der : certificate.spki;
  switch (record.matchingType) {
    case 1:
      return digestHex(bytes, 'sha256') === record.data;
    case 2:
      return digestHex(bytes, 'sha512') === record.data;
    default:
      return Buffer.from(bytes).toString('hex') === record.data;
  }
}

/** Stable text of a record, `3 1 1 …` with all of the data. */
export function tlsaText({ usage, selector, matchingType, data }: TlsaRecord): string {
  return `${String(usage)} ${String(selector)} ${String(matchingType)} ${data}`;
}
