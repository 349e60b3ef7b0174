/** What is watched, and what of it needs somebody. */
export interface Standing {
  /** Faults that nobody has taken. */
  readonly faults: number;
  /** Hosts of watched endpoints. */
  readonly servers: number;
  readonly domains: number;
  /** Servers that were not seen lately, or that could not be looked at. */
  readonly unknown: number;
}

/** The first thing that somebody reads: whether they are needed, and of how much that is said. */
export function verdictSentence({ faults, servers, domains, unknown }: Standing): {
  readonly verdict: string;
  readonly scope: string;
} {
  return {
    verdict: faults === 0 && servers === 0 ? 'No server is known yet.' : verdictOf(faults, unknown),
    scope: `${plural(servers, 'server')}, ${plural(domains, 'domain')}, ${unknown.toLocaleString('en')} unknown.`,
  };
}

function verdictOf(faults: number, unknown: number): string {
  if (faults === 1) return 'One thing needs you.';
  if (faults > 1) return `${faults.toLocaleString('en')} things need you.`;
  return unknown > 0 ? 'Nothing needs you, as far as was looked at.' : 'Nothing needs you.';
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
