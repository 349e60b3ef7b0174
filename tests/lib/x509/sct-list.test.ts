import fc from 'fast-check';
import { readSctList } from '#lib/x509/sct-list.ts';
import { parseCertificate } from '#lib/x509/certificate.ts';
import { issueCertificate } from '#tests/support/certificates.ts';

const at = Date.UTC(2026, 10, 24, 3, 59, 59);

/** One timestamp as RFC 6962 section 3.2 has it: version, log, time, no extensions, a signature. */
function timestamp(log: number, version = 0): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at));
  const signature = Buffer.from('0403000830060201010201ff', 'hex');
  return Buffer.concat([Buffer.from([version]), Buffer.alloc(32, log), time, Buffer.alloc(2), signature]);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const list = (...items: readonly Buffer[]) => withLength(Buffer.concat(items.map(withLength)));

describe('timestamps of transparency logs', () => {
  it('are read with their log and time', () => {
    expect(readSctList(list(timestamp(0xaa), timestamp(0xbb)))).toEqual([
      { logId: 'aa'.repeat(32), at },
      { logId: 'bb'.repeat(32), at },
    ]);
  });

  it('of a version that we do not know are left out', () => {
    expect(readSctList(list(timestamp(0xaa, 1), timestamp(0xbb)))).toEqual([{ logId: 'bb'.repeat(32), at }]);
  });

  it('are read from the certificate that they are embedded in', () => {
    const issued = issueCertificate({ commonName: 'x', timestampList: list(timestamp(0x0c)) });
    const result = parseCertificate(issued.der);
    expect(result.ok && result.value.timestamps).toEqual([{ logId: '0c'.repeat(32), at }]);
  });

  it('are none in a certificate without them', () => {
    const result = parseCertificate(issueCertificate({ commonName: 'x' }).der);
    expect(result.ok && result.value.timestamps).toEqual([]);
  });

  it('of any bytes are at most 32 and never throw', () => {
    const many = list(...Array.from({ length: 40 }, () => timestamp(1)));
    expect(readSctList(many)).toHaveLength(32);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        expect(readSctList(bytes).length).toBeLessThanOrEqual(32);
        expect(readSctList(many.subarray(0, cut)).length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
