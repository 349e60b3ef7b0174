/** What the two rule packs ask, where they do not judge a code alike. */
export interface PackDifference {
  /** The draft of 2015 to the letter. */
  readonly draft: string;
  /** Good practice today. */
  readonly current: string;
}

const differences: Readonly<Partial<Record<string, PackDifference>>> = {
  'algorithm-retired': {
    draft: 'SHA-1 holds: in 2015 every validator had it (RFC 6944).',
    current: 'SHA-1 warns: validators drop it (RFC 9905). What they have dropped fails by both.',
  },
  'certificate-common-name-only': {
    draft: 'Holds: a common name may stand in for a DNS name (section 10.3).',
    current: 'Fails: a common name does not count (RFC 9525).',
  },
  'certificate-srv-id-missing': {
    draft: 'Holds, with a note: SRV-IDs are recommended (section 10.3).',
    current: 'Does not apply: public authorities do not issue them (RFC 9525).',
  },
  'cipher-rc4-offered': {
    draft: 'Holds: a key of 128 bits is what tls10 asks for (section 11.2).',
    current: 'Fails where mail clients connect: RC4 is forbidden (RFC 7465). On port 25 a warning.',
  },
  'cipher-static-rsa-offered': {
    draft: 'Holds: such a suite was one to implement (section 9.1).',
    current: 'Holds, with a note: no forward secrecy (RFC 9325 section 4.1).',
  },
  'deep-not-offered': {
    draft: 'Holds, with a note, as long as nobody declared that the server has DEEP (section 9.2).',
    current: 'Does not apply: RFC 8314 has dropped DEEP.',
  },
  'deep-status-incomplete': {
    draft: 'Warns: a status should have tls10, tls-cert and an https URL (section 10.6).',
    current: 'Holds with tls12 in the place of tls10: whoever has TLS 1.2 meets both.',
  },
  'negotiated-cipher-weak': {
    draft: 'RC4 holds: its key has 128 bits (section 11.2).',
    current: 'RC4 fails (RFC 7465). Less than 128 bits fails by both.',
  },
  'nsec3-iterations': {
    draft: 'Holds as long as validators count so far (RFC 5155).',
    current: 'Warns from the first additional iteration (RFC 9276).',
  },
  'other-certificate-name': {
    draft: 'A common name may stand in for a DNS name (section 10.3).',
    current: 'A common name does not count (RFC 9525).',
  },
  'plaintext-password': {
    draft: 'Warns: TLS should be required, but old clients may be a reason not to (section 10.7).',
    current: 'Fails: passwords in clear text are not acceptable (RFC 8314 section 4.1).',
  },
  'starttls-missing': {
    draft: 'Warns: STARTTLS is recommended (sections 9.2 and 10.2).',
    current: 'Fails where mail clients connect: everything there travels in clear text (RFC 8314 section 4.1).',
  },
  'starttls-port-missing': {
    draft: 'Holds, with a note: STARTTLS helps old clients to find TLS (section 9.2).',
    current: 'Holds: implicit TLS alone is good practice (RFC 8314 section 3).',
  },
  'submission-implicit-missing': {
    draft: 'Fails: implicit TLS on port 465 is required (section 10.2).',
    current: 'Warns: STARTTLS on port 587 is still acceptable beside it (RFC 8314 section 3.3).',
  },
  'tag-tls-dane-tlsa-broken': {
    draft: 'Critical also where a record of usage 3 matches and only the name does not fit (section 11.2).',
    current: 'Such a record holds: usage 3 needs no name (RFC 7671 section 5.1).',
  },
  'tag-tls10-broken': {
    draft: 'RC4 holds: its key has 128 bits (section 11.2).',
    current: 'Critical with RC4 alone (RFC 7465).',
  },
  'tls-1-3-missing': {
    draft: 'Holds: TLS 1.2 was the newest in 2015 (section 9.1).',
    current: 'Holds, with a note: TLS 1.3 is recommended (RFC 9325 section 3.1.1).',
  },
  'tls-legacy-offered': {
    draft: 'Holds: TLS 1.0 and 1.1 meet tls10 (section 11.2).',
    current: 'Fails where mail clients connect (RFC 8996), on port 25 a warning.',
  },
  'tls-version-obsolete': {
    draft: 'TLS 1.0 and 1.1 hold: they meet the tag tls10 (section 11.2).',
    current: 'Fails below TLS 1.2 (RFC 8996, RFC 9325), on port 25 a warning.',
  },
  'tlsa-mismatch': {
    draft: 'On port 25 a record of usage 0 or 1 that matches counts (RFC 6698).',
    current: 'On port 25 only usages 2 and 3 count (RFC 7672).',
  },
  'tlsa-name-differs': {
    draft: 'Fails: tls-dane-tlsa asks for the name as well (section 11.2).',
    current: 'Holds, with a note: usage 3 needs no name (RFC 7671 section 5.1).',
  },
  'tlsa-unusable': {
    draft: 'Usages 0 and 1 count on port 25 too (RFC 6698).',
    current: 'On port 25 only usages 2 and 3 count (RFC 7672).',
  },
};

/** Null: both packs judge the code alike. */
export function findPackDifference(code: string): PackDifference | null {
  return differences[code] ?? null;
}
