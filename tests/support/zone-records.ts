import { addressOctets, nameOctets, u16, type RecordToSend } from '#tests/lib/dns/message-builder.ts';

/* Records of test zones. */

export function address(name: string, ip = '192.0.2.1'): RecordToSend {
  return { name, type: 'A', data: addressOctets(ip) };
}

export function cname(name: string, target: string): RecordToSend {
  return { name, type: 'CNAME', data: nameOctets(target) };
}

export function dname(name: string, target: string): RecordToSend {
  return { name, type: 'DNAME', data: nameOctets(target) };
}

/** A delegation to servers that no test asks. */
export function delegation(name: string): RecordToSend {
  return { name, type: 'NS', data: nameOctets('ns.test') };
}

/** Data of a DS record that fits no key. */
export function strangeDs(
  of: { readonly algorithm?: number; readonly digestType?: number; readonly octets?: number } = {},
): readonly number[] {
  const { algorithm = 13, digestType = 2, octets = 32 } = of;
  return [...u16(4711), algorithm, digestType, ...new Array<number>(octets).fill(7)];
}

/** The record with one bit of its last octet turned: of a signature, that is the signature. */
export function damaged(record: RecordToSend): RecordToSend {
  return { ...record, data: record.data.map((octet, index) => (index === record.data.length - 1 ? octet ^ 1 : octet)) };
}
