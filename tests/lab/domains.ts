import { clientDomains } from './domains-clients.ts';
import { deepDomains } from './domains-deep.ts';
import { programDomains } from './domains-programs.ts';
import { scanDomains } from './domains-scan.ts';
import { usualDomains } from './domains-usual.ts';
import { webDomains } from './domains-web.ts';
import type { LabDomain } from './domain-types.ts';

/*
 * Every domain of the lab, what is wrong with it, and what Latchwatch has to find. The tests, the demo and the
 * servers' configuration are all made from these tables: a new domain is one more entry in one of them.
 */

export const labDomains: readonly LabDomain[] = [
  ...usualDomains,
  ...deepDomains,
  ...scanDomains,
  ...webDomains,
  ...programDomains,
  ...clientDomains,
];

/** Domains that tests break, repair or restart meanwhile: who looks at all others leaves these out. */
export const unsettledDomains: readonly string[] = ['renewal.test', 'spare.test', 'clients.test', 'census.test'];

/** @throws when the table has no such domain: a mistake in a test. */
export function labDomain(name: string): LabDomain {
  const found = labDomains.find((domain) => domain.name === name);
  if (found === undefined) throw new Error(`The lab has no domain ${name}.`);
  return found;
}
