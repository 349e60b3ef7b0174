/** Bytes of one dump: what is longer is cut, and the rest counted. */
export const maxDumpBytes = 8192;

/**
 * Bytes as `hexdump -C` prints them: offset, sixteen bytes in hex, and what of them is printable ASCII. At most
 * `maxDumpBytes`; the result is ASCII.
 */
export function hexDump(bytes: Uint8Array): { readonly text: string; readonly leftOut: number } {
  const shown = bytes.subarray(0, maxDumpBytes);
  const rows: string[] = [];
  for (let at = 0; at < shown.length; at += 16) {
    const row = [...shown.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const halves = `${hex.slice(0, 8).join(' ')}  ${hex.slice(8).join(' ')}`.padEnd(48);
    const printable = row.map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${at.toString(16).padStart(6, '0')}  ${halves}  ${printable}`);
  }
  return { text: rows.join('\n'), leftOut: bytes.length - shown.length };
}
