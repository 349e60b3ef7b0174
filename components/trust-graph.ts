import type { Dnssec, DnssecState, SignatureResult, Validation, ZoneLink } from '#lib/model/dnssec.ts';
import { compareStates } from './dnssec-words.ts';

/*
 * The chains of trust of many answers, put together: what they share is there once.
 */

/** Answers that are equal in type, state and reason. */
export interface AnswerGroup {
  readonly type: string;
  readonly state: Dnssec;
  /** At least one, in the order of the questions. */
  readonly answers: readonly Validation[];
  /** When the first valid signature over one of them expires, or the one that made it bogus did; null: there is none. */
  readonly expiresAt: number | null;
}

export interface ZoneNode {
  readonly link: ZoneLink;
  /** The same of its DS and DNSKEY sets. */
  readonly expiresAt: number | null;
  readonly groups: readonly AnswerGroup[];
  readonly children: readonly ZoneNode[];
}

export interface TrustGraph {
  readonly anchor: { readonly zone: string; readonly keyTags: readonly number[]; readonly source: string } | null;
  /** The zones that hang on the anchor, or on nothing. */
  readonly zones: readonly ZoneNode[];
  /** Answers of which it is not known what zone they are of. */
  readonly loose: readonly AnswerGroup[];
}

/** Builds the graph of the answers of one zone. */
export function trustGraph(validations: readonly Validation[]): TrustGraph {
  const links = new Map<string, ZoneLink>();
  for (const link of validations.flatMap((validation) => validation.links)) {
    const known = links.get(link.zone);
    if (known === undefined || compareStates(link.state.state, known.state.state) < 0) links.set(link.zone, link);
  }
  const zones = [...links.keys()].toSorted((a, b) => labelsOf(a).length - labelsOf(b).length);
  const homes = groupBy(validations, (validation) => homeOf(validation, zones));
  const nodeOf = (zone: string, link: ZoneLink): ZoneNode => ({
    link,
    expiresAt: expiryOf(link.state, [...link.dsSignatures, ...link.keySignatures, ...(link.denial?.signatures ?? [])]),
    groups: groupAnswers(homes.get(zone) ?? []),
    children: childrenOf(zone),
  });
  const childrenOf = (parent: string | null): readonly ZoneNode[] =>
    [...links]
      .filter(([zone]) => closestAbove(zone, zones) === parent)
      .map(([zone, link]) => nodeOf(zone, link))
      .toSorted((a, b) => (a.link.zone < b.link.zone ? -1 : 1));
  return {
    anchor: validations.find(({ anchor }) => anchor !== null)?.anchor ?? null,
    zones: childrenOf(null),
    loose: groupAnswers(homes.get(null) ?? []),
  };
}

/** All signatures over an answer itself: of its aliases, its records and its denial. */
function answerSignatures(validation: Validation): readonly SignatureResult[] {
  return [
    ...validation.hops.flatMap((hop) => hop.signatures),
    ...validation.signatures,
    ...(validation.denial?.signatures ?? []),
  ];
}

/** When the first valid one expires, in milliseconds since the epoch; null where none is valid. */
export function earliest(signatures: readonly SignatureResult[]): number | null {
  const dates = signatures.filter(({ status }) => status === 'valid').map(({ expiration }) => expiration);
  return dates.length === 0 ? null : Math.min(...dates);
}

/** Of what is bogus because of a date, that date; of what is bogus for another reason, none matters. */
function expiryOf(state: Dnssec, signatures: readonly SignatureResult[]): number | null {
  if (state.state !== 'bogus') return earliest(signatures);
  const dates = signatures.filter(({ status }) => status === 'signature-expired').map(({ expiration }) => expiration);
  return dates.length === 0 ? null : Math.min(...dates);
}

function groupAnswers(validations: readonly Validation[]): readonly AnswerGroup[] {
  const groups = groupBy(validations, ({ type, result }) =>
    result.state === 'secure' ? `${type} secure` : `${type} ${result.state} ${result.reason}`,
  );
  return [...groups.values()]
    .flatMap((answers) => {
      const [first] = answers;
      if (first === undefined) return [];
      const expiresAt = expiryOf(first.result, answers.flatMap(answerSignatures));
      return [{ type: first.type, state: first.result, answers, expiresAt }];
    })
    .toSorted((a, b) => compareStates(a.state.state, b.state.state) || (a.expiresAt ?? 0) - (b.expiresAt ?? 0));
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function labelsOf(zone: string): readonly string[] {
  // A backslash escapes the dot after it (RFC 1035 section 5.1).
  return zone === '.' ? [] : zone.split(/(?<!\\)\./);
}

function isBelow(name: string, zone: string): boolean {
  if (zone === '.') return name !== '.';
  return name.endsWith(`.${zone}`) && !name.endsWith(`\\.${zone}`);
}

/** `zones` are sorted by the number of their labels. */
function closestAbove(name: string, zones: readonly string[]): string | null {
  return zones.findLast((zone) => isBelow(name, zone)) ?? null;
}

function homeOf({ zone, name }: Validation, zones: readonly string[]): string | null {
  if (zone !== null && zones.includes(zone)) return zone;
  return zones.includes(name) ? name : closestAbove(name, zones);
}

/** How many answers have each state, the worst first; states that none has are left out. */
export function countStates(
  validations: readonly Validation[],
): readonly { readonly state: DnssecState; readonly count: number }[] {
  return [...groupBy(validations, ({ result }) => result.state)]
    .map(([state, answers]) => ({ state, count: answers.length }))
    .toSorted((a, b) => compareStates(a.state, b.state));
}
