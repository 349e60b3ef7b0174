import type { DnssecState } from '../model/dnssec.ts';
import type { TlsaRecord } from '../model/observation.ts';
import type { ServedTlsa } from './held-since.ts';
import { serversWithout, silentHosts } from './held-since.ts';
import { tlsaText } from './record.ts';

/*
 * A change of the key that TLSA records name (RFC 7671 section 8.1): publish the new record beside the old one, wait until
 * no cache has a set without it, show the new certificate everywhere, take the old record away. What was seen comes in,
 * where the change stands comes out.
 */

export interface RolloverPlan {
  readonly next: TlsaRecord;
  /** Records that the change makes superfluous. */
  readonly old: readonly TlsaRecord[];
}

/** What one address shows: `both` where a pool or two key types show old and new. */
export type ShownKey = 'new' | 'old' | 'both' | 'neither';

/** What was seen last. Milliseconds since the epoch throughout. */
export interface RolloverLook {
  /** When the name servers were asked; null: not yet. */
  readonly askedAt: number | null;
  /** Null: not known. */
  readonly dnssec: DnssecState | null;
  readonly servers: readonly ServedTlsa[];
  /** Since when every name server has the new record, and when caches will have let go of sets without it. */
  readonly publishedSince: number | null;
  readonly settledAt: number | null;
  /** When a name server that had the new record was last seen without it; null: never. */
  readonly fellBackAt: number | null;
  /** When the addresses were looked at; null: not yet. */
  readonly probedAt: number | null;
  /** `shows` null: it could not be seen. */
  readonly addresses: readonly { readonly address: string; readonly shows: ShownKey | null }[];
  /** Since when every address shows the new key and none the old one. */
  readonly servedSince: number | null;
  /** Since when no name server has an old record. */
  readonly retiredSince: number | null;
}

export const emptyLook: RolloverLook = {
  askedAt: null,
  dnssec: null,
  servers: [],
  publishedSince: null,
  settledAt: null,
  fellBackAt: null,
  probedAt: null,
  addresses: [],
  servedSince: null,
  retiredSince: null,
};

export const rolloverGates = ['publish', 'caches', 'deploy', 'retire'] as const;
export type RolloverGateName = (typeof rolloverGates)[number];

export interface RolloverGate {
  readonly name: RolloverGateName;
  /** `open`: behind us. `closed`: not yet. `later`: what comes before is not done. */
  readonly state: 'open' | 'closed' | 'later';
  /** Since when it is open. */
  readonly since: number | null;
  /** When it opens by waiting alone. */
  readonly opensAt: number | null;
  /** What is in the way, or what to do. */
  readonly text: string;
}

/** `go`: the new certificate may be deployed now. `deployed`: it is; the old record may go. `done`: nothing is left to do. */
export type RolloverLight = 'go' | 'no-go' | 'deployed' | 'done';

export interface RolloverStanding {
  readonly light: RolloverLight;
  /** When the light turns green by waiting alone; null: it is green, or something has to be done first. */
  readonly greenAt: number | null;
  /** Why, in one sentence. */
  readonly why: string;
  readonly gates: readonly RolloverGate[];
  /** Steps taken in the wrong order, and what is left over. */
  readonly mistakes: readonly string[];
}

/** An old record that stays for longer is forgotten, not kept for a way back. */
const staleAfterMs = 2 * 86_400_000;

/** Where a rollover stands at this time. A look older than `freshForMs` turns no light green. */
export function judgeRollover(
  { next, old }: RolloverPlan,
  look: RolloverLook,
  { now, freshForMs }: { readonly now: number; readonly freshForMs: number },
): RolloverStanding {
  const text = tlsaText(next);
  const hasNext = (records: readonly TlsaRecord[]) => records.some((record) => tlsaText(record) === text);
  const hasOld = (records: readonly TlsaRecord[]) =>
    old.some((gone) => records.some((record) => tlsaText(record) === tlsaText(gone)));
  const { servers, publishedSince, settledAt, servedSince, retiredSince, addresses } = look;
  const shows = (key: ShownKey) => addresses.filter((one) => one.shows === key || one.shows === 'both');
  const isServed = servedSince !== null;
  const withoutOld = isServed ? [] : serversWithout(servers, hasOld);

  const publish = ((): RolloverGate => {
    const gate = (state: RolloverGate['state'], say: string): RolloverGate => {
      return { name: 'publish', state, since: state === 'open' ? publishedSince : null, opensAt: null, text: say };
    };
    if (look.askedAt === null) return gate('closed', 'The name servers have not been asked yet.');
    const without = serversWithout(servers, hasNext);
    if (without.length > 0) {
      return gate(
        'closed',
        `${placesOf(without)} ${without.length === 1 ? 'does' : 'do'} not give out the new record.`,
      );
    }
    if (withoutOld.length > 0 && withoutOld.some(({ set }) => set !== null && hasNext(set.records))) {
      return gate(
        'closed',
        `${placesOf(withoutOld)} no longer ${withoutOld.length === 1 ? 'gives' : 'give'} out the old record, and the old certificate is still in use: publish both.`,
      );
    }
    const silent = silentHosts(servers);
    if (silent.length > 0)
      return gate('closed', `${silent.join(', ')} did not answer: what it gives out is not known.`);
    if (publishedSince === null) return gate('closed', 'No name server could be asked by itself.');
    return gate(
      'open',
      isServed
        ? 'Every name server gives out the new record.'
        : 'Every name server gives out the new record and the old one.',
    );
  })();

  const caches = ((): RolloverGate => {
    const gate = { name: 'caches' as const, since: null, opensAt: null };
    if (publish.state !== 'open' || settledAt === null) {
      return { ...gate, state: 'later', text: 'The wait begins when every name server has both.' };
    }
    if (settledAt > now) {
      return {
        ...gate,
        state: 'closed',
        opensAt: settledAt,
        text: 'Caches may still hold the set without the new record.',
      };
    }
    return { ...gate, state: 'open', since: settledAt, text: 'No cache holds a set without the new record any more.' };
  })();

  const deploy = ((): RolloverGate => {
    const gate = { name: 'deploy' as const, opensAt: null };
    if (isServed) return { ...gate, state: 'open', since: servedSince, text: 'Every address shows the new key.' };
    const left = addresses.filter((one) => one.shows !== 'new').map(({ address }) => address);
    const text = left.length === 0 ? 'The addresses have not been seen yet.' : `Not yet at ${left.join(', ')}.`;
    return caches.state === 'open'
      ? { ...gate, state: 'closed', since: null, text }
      : { ...gate, state: 'later', since: null, text: 'Not before the light is green.' };
  })();

  const retire = ((): RolloverGate => {
    const gate = { name: 'retire' as const, opensAt: null };
    if (!isServed)
      return { ...gate, state: 'later', since: null, text: 'Leave the old record in the zone until then.' };
    if (retiredSince !== null) {
      return { ...gate, state: 'open', since: retiredSince, text: 'No name server gives out an old record any more.' };
    }
    return { ...gate, state: 'closed', since: null, text: `Take away: ${old.map(tlsaText).join('; ')}` };
  })();

  const mistakes: string[] = [];
  if (isServed && caches.state !== 'open') {
    mistakes.push('The new certificate is in use before its record counts everywhere: until then some refuse it.');
  }
  if (!isServed && shows('new').length > 0 && caches.state !== 'open') {
    mistakes.push(
      `The new certificate is in use at ${shows('new')
        .map(({ address }) => address)
        .join(', ')} before its record counts everywhere: put the old one back until the light is green.`,
    );
  }
  if (withoutOld.length > 0) {
    mistakes.push('The old record was taken away while the old certificate is still in use: publish it again.');
  }
  if (look.fellBackAt !== null && publish.state !== 'open') {
    mistakes.push(
      'A name server fell back to a set without the new record: the wait begins anew when it has it again.',
    );
  }
  if (isServed && retiredSince === null && now - servedSince > staleAfterMs) {
    mistakes.push('The old record is still there: whoever has the old key can still pass for this server.');
  }
  const gates = [publish, caches, deploy, retire];
  return { ...lightOf(), gates, mistakes };

  function lightOf(): Pick<RolloverStanding, 'light' | 'greenAt' | 'why'> {
    const no = (why: string, greenAt: number | null = null) => ({ light: 'no-go' as const, greenAt, why });
    if (isServed && caches.state === 'open') {
      return retiredSince === null
        ? {
            light: 'deployed',
            greenAt: null,
            why: 'The new certificate is in use everywhere. Take the old record away.',
          }
        : { light: 'done', greenAt: null, why: 'The new key is in use and the old record is gone.' };
    }
    if (look.dnssec === 'bogus') return no('DNSSEC of the zone is broken: repair that first.');
    if (publish.state !== 'open') return no(publish.text);
    if (caches.opensAt !== null) return no(caches.text, caches.opensAt);
    if (look.askedAt === null || now - look.askedAt > freshForMs) {
      return no('The name servers have not been asked for a while: look again first.');
    }
    return { light: 'go', greenAt: null, why: 'Every cache that has a set has one with the new record.' };
  }
}

/** What an address shows, from whether the chains it shows match the new record and an old one. */
export function shownKey(
  chains: readonly { readonly matchesNew: boolean; readonly matchesOld: boolean }[],
): ShownKey | null {
  if (chains.length === 0) return null;
  const [isNew, isOld] = [chains.some(({ matchesNew }) => matchesNew), chains.some(({ matchesOld }) => matchesOld)];
  if (isNew && isOld) return 'both';
  if (isNew) return 'new';
  return isOld ? 'old' : 'neither';
}

function placesOf(servers: readonly ServedTlsa[]): string {
  const places = servers.map(({ host, address }) => `${host} (${address})`);
  return places.length > 5
    ? `${places.slice(0, 5).join(', ')} and ${String(places.length - 5)} more`
    : places.join(', ');
}
