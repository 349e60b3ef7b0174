import type { Service } from '../model/endpoint.ts';
import type { ServiceStanding } from './judge-client.ts';

/**
 * What can be said of a whole host now. `seen`: all its watched services were seen lately; `unseen`: not all of them;
 * `unwatched`: it has none; `doubted`: a problem that customers would notice may be there, which nobody has confirmed.
 */
export type HostSight = 'seen' | 'unseen' | 'unwatched' | 'doubted';

/** What a host is judged by. */
interface HostFacts {
  readonly services: readonly ServiceStanding[];
  /** Services of which some ports were not looked up. */
  readonly leftOut: readonly Service[];
}

/** Whether a host without a known problem may be called well. Never looked at, old, and looked at in vain are not. */
export function hostSight({ services, leftOut }: HostFacts, { doubted }: { readonly doubted: boolean }): HostSight {
  if (services.length === 0) return 'unwatched';
  if (doubted) return 'doubted';
  // Guesses that never answered say nothing of a host that has nothing else.
  const speaks = services.some(({ verdict }) => verdict !== 'n-a');
  return speaks && unseenServices({ services, leftOut }).length === 0 ? 'seen' : 'unseen';
}

/** The services of a host of which something is not known now, each once. */
export function unseenServices({ services, leftOut }: HostFacts): readonly Service[] {
  const unseen = services.flatMap((standing) => (isSeen(standing) ? [] : [standing.service]));
  return [...new Set([...unseen, ...leftOut])];
}

function isSeen({ freshness, verdict, addresses }: ServiceStanding): boolean {
  if (freshness !== 'fresh') return false;
  switch (verdict) {
    // While our own network is down a run judges nothing.
    case null:
    case 'inconclusive':
      return false;
    // Nobody promised an answer there.
    case 'n-a':
      return true;
    case 'pass':
    case 'info':
    case 'warn':
    case 'fail':
    case 'crit':
    case 'superseded':
      // Silence without an incident may be ours.
      return addresses.some(({ answers }) => answers);
  }
}
