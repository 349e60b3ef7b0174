/** What a result of a TLS report means for the receiving side (RFC 8460 section 4.3), and what to look at. */
const meanings: Readonly<Record<string, string>> = {
  'starttls-not-supported': 'Port 25 did not offer STARTTLS: a server or a filter in front of it dropped it.',
  'certificate-host-mismatch': 'The certificate does not name the MX host. Check which certificate port 25 shows.',
  'certificate-expired': 'The certificate had expired. Renew it, and reload the server on port 25.',
  'certificate-not-trusted':
    'The certificate comes from no authority that the sender trusts, or the chain is not whole.',
  'validation-failure': 'The sender could not verify the server and does not say why.',
  'tlsa-invalid': 'No TLSA record matched the certificate. Senders with DANE hold mail back until one does.',
  'dnssec-invalid': 'The DNSSEC chain to the MX host did not hold. Senders with DANE hold mail back.',
  'dane-required': 'The sender asks for DANE, and the MX host has no TLSA records that can be used.',
  'sts-policy-fetch-error': 'The MTA-STS policy could not be fetched. Check the web server of mta-sts.',
  'sts-policy-invalid': 'The MTA-STS policy could not be read.',
  'sts-webpki-invalid': 'The web server of the MTA-STS policy showed a certificate that does not hold.',
};

/** In words; null: the result is none that RFC 8460 names. */
export function tlsResultMeaning(resultType: string): string | null {
  return Object.hasOwn(meanings, resultType) ? (meanings[resultType] ?? null) : null;
}

const policies: Readonly<Record<string, string>> = {
  tlsa: 'DANE',
  sts: 'MTA-STS',
  'no-policy-found': 'no policy',
};

/** A policy type in words, or as it stands where RFC 8460 does not name it. */
export function tlsPolicyWord(policyType: string): string {
  return Object.hasOwn(policies, policyType) ? (policies[policyType] ?? policyType) : policyType;
}
