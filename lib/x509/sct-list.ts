/** A signed certificate timestamp: a log of certificate transparency promised to publish the certificate (RFC 6962 section 3.2). */
export interface CertificateTimestamp {
  /** SHA-256 of the log's key, lower-case hex. */
  readonly logId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Timestamps of one certificate that are kept. Public CAs embed two or three. */
const maxTimestamps = 32;

/**
 * Reads a SignedCertificateTimestampList (RFC 6962 section 3.3), the octets inside the extension's inner OCTET STRING.
 * Signatures are not verified. What cannot be read ends the list.
 */
export function readSctList(bytes: Uint8Array): readonly CertificateTimestamp[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: CertificateTimestamp[] = [];
  if (view.byteLength < 2) return found;
  const end = Math.min(view.byteLength, 2 + view.getUint16(0));
  for (let at = 2; at + 2 <= end && found.length < maxTimestamps;) {
    const length = view.getUint16(at);
    const start = at + 2;
    at = start + length;
    if (at > end) return found;
    // Only version 1 is known: one octet, the log's 32, and 8 of time.
    if (length < 41 || view.getUint8(start) !== 0) continue;
    const logId = Buffer.from(bytes.subarray(start + 1, start + 33)).toString('hex');
    found.push({ logId, at: Number(view.getBigUint64(start + 33)) });
  }
  return found;
}
