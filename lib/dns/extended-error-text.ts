import { extendedErrors } from './edns.ts';
import type { Message } from './message.ts';
import { rcodeName } from './types.ts';

/** Purposes of extended DNS errors (RFC 8914 section 4, and IANA for what came later). */
const purposes: Readonly<Record<number, string>> = {
  0: 'Other Error',
  1: 'Unsupported DNSKEY Algorithm',
  2: 'Unsupported DS Digest Type',
  3: 'Stale Answer',
  4: 'Forged Answer',
  5: 'DNSSEC Indeterminate',
  6: 'DNSSEC Bogus',
  7: 'Signature Expired',
  8: 'Signature Not Yet Valid',
  9: 'DNSKEY Missing',
  10: 'RRSIGs Missing',
  11: 'No Zone Key Bit Set',
  12: 'NSEC Missing',
  13: 'Cached Error',
  14: 'Not Ready',
  15: 'Blocked',
  16: 'Censored',
  17: 'Filtered',
  18: 'Prohibited',
  19: 'Stale NXDOMAIN Answer',
  20: 'Not Authoritative',
  21: 'Not Supported',
  22: 'No Reachable Authority',
  23: 'Network Error',
  24: 'Invalid Data',
  25: 'Signature Expired before Valid',
  26: 'Too Early',
  27: 'Unsupported NSEC3 Iterations Value',
};

/** What a server said in extended DNS errors, e.g. `6: DNSSEC Bogus (no SEP matching the DS)`. */
export function listExtendedErrors(message: Message): readonly string[] {
  return extendedErrors(message.edns).map(({ infoCode, extraText }) => {
    const purpose = `${infoCode}: ${purposes[infoCode] ?? 'unknown error'}`;
    return extraText === '' ? purpose : `${purpose} (${extraText})`;
  });
}

/** An rcode with what the server said about it, e.g. `SERVFAIL, Signature Expired (EDE 7): key 123`. */
export function explainRcode(message: Message): string {
  const errors = extendedErrors(message.edns).map(({ infoCode, extraText }) => {
    const purpose = `${purposes[infoCode] ?? 'unknown error'} (EDE ${infoCode})`;
    return extraText === '' ? purpose : `${purpose}: ${extraText}`;
  });
  return [rcodeName(message.rcode), ...errors].join(', ');
}
