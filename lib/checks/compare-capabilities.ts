import type { EndpointTarget, Service } from '../model/endpoint.ts';
import type { AddressSession } from '../model/observation.ts';
import type { Comparison } from './comparison.ts';
import { readMechanisms } from './mechanisms.ts';

/** One capability that clients rely on, as one line of text, or null where it was not seen. */
interface Facet {
  readonly title: string;
  readonly verdict: 'warn' | 'fail';
  readonly read: (session: AddressSession) => string | null;
}

/** Compares STARTTLS and the ways to log in. The DEEP status has a check of its own; other capabilities may differ: clients cope. */
export function compareCapabilities(endpoint: EndpointTarget, sessions: readonly AddressSession[]): Comparison {
  const facets = listFacets(endpoint);
  const complete = sessions.filter((session) => facets.every((facet) => facet.read(session) !== null));
  const odd = new Set<string>();
  const common: string[] = [];
  const differences: string[] = [];
  let verdict: 'warn' | 'fail' = 'warn';
  for (const facet of facets) {
    const values = sessions.flatMap((session) => {
      const value = facet.read(session);
      return value === null ? [] : [{ address: session.address, value }];
    });
    const usual = pickUsual(values.map(({ value }) => value));
    for (const { address, value } of values.filter((one) => one.value !== usual)) {
      odd.add(address);
      common.push(`${facet.title}: ${usual ?? ''}`);
      differences.push(`${address} has ${facet.title}: ${value}`);
      if (facet.verdict === 'fail') verdict = 'fail';
    }
  }
  if (odd.size === 0) return { compared: complete.length, divergence: null };
  const siblings = sessions.map(({ address }) => address).filter((address) => !odd.has(address));
  return {
    compared: complete.length,
    divergence: { verdict, odd: [...odd], siblings, common: [...new Set(common)], differences },
  };
}

/** The value most addresses have; with equal counts the one that offers more, since what is missing is the usual fault. */
function pickUsual(values: readonly string[]): string | undefined {
  const count = (value: string): number => values.filter((other) => other === value).length;
  const size = (value: string): number => (value === 'none' ? 0 : value.length);
  return [...values].sort((a, b) => count(b) - count(a) || size(b) - size(a))[0];
}

function listFacets({ service, tlsMode }: EndpointTarget): readonly Facet[] {
  const afterTls: readonly Facet[] = [
    {
      title: 'authentication',
      verdict: 'warn',
      read: (session) => showMechanisms(service, listAfterTls(session)),
    },
  ];
  return tlsMode === 'starttls'
    ? [{ title: 'STARTTLS', verdict: 'fail', read: ({ starttls }) => readStarttls(starttls) }, ...afterTls]
    : afterTls;
}

function readStarttls(starttls: AddressSession['starttls']): string | null {
  switch (starttls) {
    case 'accepted':
    case 'refused':
      return 'advertised';
    case 'not-advertised':
      return 'none';
    case 'not-reached':
    case 'not-applicable':
      return null;
  }
}

/** A POP3 server without CAPA (RFC 2449) finishes the dialogue and has no list: that is none, not unseen. */
function listAfterTls({ capabilitiesAfterTls, failure }: AddressSession): readonly string[] | null {
  return capabilitiesAfterTls ?? (failure === null ? [] : null);
}

function showMechanisms(service: Service, capabilities: readonly string[] | null): string | null {
  if (capabilities === null) return null;
  return readMechanisms(service, capabilities).join(' ') || 'none';
}
