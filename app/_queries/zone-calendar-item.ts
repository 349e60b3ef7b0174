import { signaturesOf } from '#lib/checks/zone-view.ts';
import type { SignatureResult } from '#lib/model/dnssec.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import type { CalendarItem } from '#components/signature-calendar.tsx';

const maxItems = 120;

interface Entry {
  readonly signature: SignatureResult;
  readonly server: string | null;
}

/**
 * The signatures of the chain and of every server that expire first, the same ones once, by expiration; and how many are
 * left out.
 */
export function calendarItems(
  observation: ZoneObservation,
  limit = maxItems,
): {
  readonly items: readonly CalendarItem[];
  readonly leftOut: number;
} {
  const entries = [...serverEntries(observation), ...chainEntries(observation)];
  const same = groupBy(entries, ({ signature }) => `${slotOf(signature)} ${versionOf(signature)}`);
  const versions = groupBy([...same.values()], ([{ signature }]) => slotOf(signature));
  const valid = groupBy(
    entries.filter(({ signature }) => signature.status === 'valid'),
    ({ signature }) => recordSetOf(signature),
  );
  const all = [...same.values()]
    .map((group): CalendarItem => {
      const [{ signature }] = group;
      const { owner, type, signer, keyTag, algorithm, inception, expiration, status } = signature;
      const servers = [...new Set(group.flatMap(({ server }) => server ?? []))];
      const others = (valid.get(recordSetOf(signature)) ?? []).filter(
        (other) => versionOf(other.signature) !== versionOf(signature) || slotOf(other.signature) !== slotOf(signature),
      );
      return {
        ...{ owner, type, signer, keyTag, algorithm, inception, expiration, status },
        servers: (versions.get(slotOf(signature)) ?? []).length > 1 ? servers : [],
        covered:
          servers.length === 0
            ? others.length > 0
            : servers.every((server) => others.some((other) => other.server === server)),
      };
    })
    .toSorted((a, b) => a.expiration - b.expiration);
  return { items: all.slice(0, limit), leftOut: Math.max(0, all.length - limit) };
}

function serverEntries({ servers }: ZoneObservation): readonly Entry[] {
  return servers.flatMap(({ host, address, answers }) =>
    answers.flatMap(({ answer }) =>
      answer.ok ? answer.facts.signatures.map((signature) => ({ signature, server: `${host} (${address})` })) : [],
    ),
  );
}

/** Which server sent it is known from the entries above, where it is one of the zone. */
function chainEntries({ validations }: ZoneObservation): readonly Entry[] {
  return validations.flatMap(signaturesOf).map((signature) => ({ signature, server: null }));
}

function recordSetOf({ owner, type }: SignatureResult): string {
  return `${owner} ${type}`;
}

function slotOf({ owner, type, signer, keyTag, algorithm }: SignatureResult): string {
  return `${owner} ${type} ${signer} ${keyTag} ${algorithm}`;
}

function versionOf({ inception, expiration, status }: SignatureResult): string {
  return `${inception} ${expiration} ${status}`;
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly [T, ...(readonly T[])]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
