/** Outcome of comparing a host with the names of a certificate. */
export type NameMatch = { readonly matches: true; readonly presented: string } | { readonly matches: false };

/**
 * Whether one of the presented DNS-IDs covers the host (RFC 9525 section 6.3): A-labels compared without regard to
 * ASCII case; `*` only as the whole left-most label, standing for exactly one label. The subject's CN is not looked at
 * (section 2), and a host that is an IP address is never a DNS-ID.
 */
export function matchHost(host: string, presentedNames: readonly string[]): NameMatch {
  const presented = presentedNames.find((name) => matchesDnsId(host, name));
  return presented === undefined ? { matches: false } : { matches: true, presented };
}

function matchesDnsId(host: string, presented: string): boolean {
  const reference = host.toLowerCase();
  const pattern = presented.toLowerCase();
  if (!isDnsName(reference) || isIpv4(reference)) return false;
  if (!pattern.startsWith('*.')) return isDnsName(pattern) && pattern === reference;
  const parent = pattern.slice(2);
  const firstDot = reference.indexOf('.');
  return isDnsName(parent) && firstDot > 0 && reference.slice(firstDot + 1) === parent;
}

/** Letters, digits, hyphens and, as hosts in the wild have them, underscores. No final dot, no empty label. */
function isDnsName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}
