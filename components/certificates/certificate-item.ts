import { findExpiryLevel } from '#lib/checks/expiry-level.ts';
import type { CertificateWeakness } from '#lib/x509/certificate-facts.ts';
import { relativeTime } from '../ui/relative-time.ts';
import type { Tone } from '../ui/tone.ts';

/** A server that shows a certificate. */
export interface CertificatePlaceItem {
  readonly endpointId: string;
  readonly host: string;
  readonly port: number;
  /** `IMAP`, in words of people. */
  readonly service: string;
  readonly addresses: readonly string[];
  /** Since when it shows no certificate at all, milliseconds since the epoch; null: it does. */
  readonly silentSince: number | null;
}

/** A dated thing beside a certificate. Milliseconds since the epoch. */
export interface CertificateMarkItem {
  readonly kind: 'signatures' | 'tlsa-wait' | 'planned-work' | 'approved-change';
  readonly from: number;
  readonly to: number;
  readonly about: string;
  readonly href: string;
}

/** A certificate as a row. Texts are of strangers; instants are milliseconds since the epoch. */
export interface CertificateItem {
  /** Domain, issuer or host that the row stands under; null where rows have no groups. */
  readonly group: string | null;
  readonly fingerprint: string;
  /** The name that tells most. */
  readonly name: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** `EC 256` */
  readonly key: string;
  readonly selfSigned: boolean;
  readonly weaknesses: readonly CertificateWeakness[];
  readonly places: readonly CertificatePlaceItem[];
  /** Servers that show it; `moreThan`: at least so many. */
  readonly total: number;
  readonly moreThan: boolean;
  /** A newer certificate of the same name that another place of the host shows already. */
  readonly successor: {
    readonly fingerprint: string;
    readonly notBefore: number;
    readonly notAfter: number;
    readonly endpointId: string;
    readonly place: string;
  } | null;
  readonly marks: readonly CertificateMarkItem[];
}

/** How urgent the end of a certificate is, in a word with its time. */
export function judgeValidity(
  { notBefore, notAfter }: Pick<CertificateItem, 'notBefore' | 'notAfter'>,
  now: number,
): { readonly tone: Tone; readonly word: string } {
  if (notBefore > now) return { tone: 'crit', word: `Valid only ${relativeTime(notBefore, now)}` };
  const level = findExpiryLevel({ notBefore, notAfter }, now);
  if (level === 'expired') return { tone: 'crit', word: `Expired ${relativeTime(notAfter, now)}` };
  const ends = `ends ${relativeTime(notAfter, now)}`;
  switch (level) {
    case 'fine':
      return { tone: 'ok', word: `Ends ${relativeTime(notAfter, now)}` };
    case 'warn':
      return { tone: 'warn', word: `Renewal is late, ${ends}` };
    case 'crit':
    case 'page':
      return { tone: 'crit', word: `Critical, ${ends}` };
  }
}

export const weaknessWords: Readonly<Record<CertificateWeakness, string>> = {
  'short-key': 'key too short',
  'old-signature': 'old signature algorithm',
};

export const markWords: Readonly<Record<CertificateMarkItem['kind'], string>> = {
  signatures: 'DNSSEC signatures end',
  'tlsa-wait': 'wait for TLSA caches',
  'planned-work': 'planned work',
  'approved-change': 'approved change',
};
