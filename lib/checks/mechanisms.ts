import type { Service } from '../model/endpoint.ts';

/**
 * SASL mechanisms among the capabilities, upper case: `AUTH=PLAIN` (IMAP, RFC 9051), `SASL PLAIN LOGIN` (POP3, RFC 2449;
 * ManageSieve, RFC 5804), `AUTH PLAIN LOGIN` (SMTP, RFC 4954) and the `AUTH=PLAIN LOGIN` of servers older than that.
 */
export function readMechanisms(service: Service, capabilities: readonly string[]): readonly string[] {
  const prefix = prefixes[service];
  const mechanisms = capabilities
    .map((line) => line.trim().toUpperCase())
    .filter((line) => prefix.test(line))
    .flatMap((line) => line.replace(prefix, '').split(/\s+/))
    .filter((mechanism) => mechanism !== '');
  return [...new Set(mechanisms)].sort();
}

const prefixes: Readonly<Record<Service, RegExp>> = {
  imap: /^AUTH=/,
  pop3: /^SASL(?: |$)/,
  submission: /^AUTH[ =]/,
  smtp: /^AUTH[ =]/,
  sieve: /^SASL(?: |$)/,
};
