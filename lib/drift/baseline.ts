import { isAssociated } from '../dane/record.ts';
import type { Baseline, BaselineFacts } from '../model/baseline.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { tlsVersions } from '../model/scan-observation.ts';
import { canonicalJson } from '../model/span.ts';
import { digestHex, type Certificate } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';

/*
 * What clients could rely on at an endpoint, and which changes of it need a person's word. An expected change is taken
 * over in silence: a certificate is renewed every few weeks, and nobody can be asked each time.
 */

/** Names, keys and issuers of one endpoint that are kept; a server that shows more is compared by the first ones. */
const maxEntries = 200;

/**
 * What the endpoint shows as a whole; null where a part of it was not seen: an address that failed, a family of
 * addresses that is not known. Servers that are not alike behind one address (`mixedAddresses`) show nothing as a whole.
 */
export function readBaselineFacts(
  observation: EndpointObservation,
  mixedAddresses: readonly string[] = [],
): BaselineFacts | null {
  const { endpoint, addresses, sessions } = observation;
  if (!addresses.ok || addresses.facts.missing !== undefined || sessions.length === 0) return null;
  if (sessions.some(({ address }) => mixedAddresses.includes(address))) return null;
  const leaves: Certificate[] = [];
  const versions: string[] = [];
  for (const { tls, starttls, failure } of sessions) {
    // The only end that says something: a server that offers no STARTTLS has nothing else to show.
    if (tls === null && starttls === 'not-advertised') continue;
    const [leaf] = tls === null || failure !== null ? [] : readChain(tls.chain);
    if (tls === null || leaf === undefined || leaf === null) return null;
    leaves.push(leaf);
    versions.push(tls.version);
  }
  const offering = sessions.filter(({ starttls }) => starttls !== 'not-advertised');
  return {
    tlsVersion: lowest(versions),
    starttls: endpoint.tlsMode === 'implicit' ? null : offering.length === sessions.length,
    keys: distinct(leaves.map(keyOf)),
    issuers: distinct(leaves.map(({ issuer }) => issuer)),
    names: namesOfAll(leaves),
    notBefore: leaves.length === 0 ? null : Math.min(...leaves.map(({ notBefore }) => notBefore)),
    notAfter: leaves.length === 0 ? null : Math.min(...leaves.map(({ notAfter }) => notAfter)),
  };
}

/** Differences of an endpoint from its baseline that need a person's word; a null and empty lists where it has none. */
export interface UnexpectedChange {
  /** Keys that are new while the certificate before had more than half of its life left. */
  readonly keys: readonly string[];
  /** Organisations that issue now and did not before. */
  readonly issuers: readonly string[];
  /** Names that certificates no longer have. */
  readonly names: readonly string[];
  /** A TLS version that is no longer reached. */
  readonly tlsVersion: string | null;
  readonly starttlsGone: boolean;
}

/**
 * Tells what has changed since the baseline that nobody could expect. `publishedKeys`: new keys that a TLSA record
 * announces in a zone that is validated; whoever changes the zone too is the operator.
 */
export function findUnexpected(
  before: BaselineFacts,
  after: BaselineFacts,
  about: { readonly publishedKeys: ReadonlySet<string>; readonly now: number },
): UnexpectedChange {
  const known = new Set(before.issuers.map(organisationOf));
  const newKeys = after.keys.filter((key) => !before.keys.includes(key) && !about.publishedKeys.has(key));
  return {
    keys: before.keys.length > 0 && isYoung(before, about.now) ? newKeys : [],
    issuers: known.size === 0 ? [] : after.issuers.map(organisationOf).filter((issuer) => !known.has(issuer)),
    names: after.keys.length === 0 ? [] : before.names.filter((name) => !after.names.includes(name)),
    tlsVersion: isLowered(before.tlsVersion, after.tlsVersion) ? before.tlsVersion : null,
    starttlsGone: before.starttls === true && after.starttls === false,
  };
}

/** Whether one version is known to be lower than the other; unknown ones are compared with nothing. */
export function isLowered(before: string | null, after: string | null): boolean {
  return before !== null && after !== null && rankOf(after) >= 0 && rankOf(after) < rankOf(before);
}

export function needsApproval({ keys, issuers, names, tlsVersion, starttlsGone }: UnexpectedChange): boolean {
  return keys.length > 0 || issuers.length > 0 || names.length > 0 || tlsVersion !== null || starttlsGone;
}

/** What the baseline becomes after a run; null: it stays as it is. */
export function nextBaseline(
  baseline: Baseline | undefined,
  observation: EndpointObservation,
  about: { readonly mixedAddresses: readonly string[]; readonly now: number },
): BaselineFacts | null {
  const facts = readBaselineFacts(observation, about.mixedAddresses);
  if (facts === null) return null;
  if (baseline === undefined) return facts;
  if (canonicalJson(facts) === canonicalJson(baseline.facts)) return null;
  const change = findUnexpected(baseline.facts, facts, { publishedKeys: publishedKeys(observation), now: about.now });
  return needsApproval(change) ? null : facts;
}

/** Whether a person refused just these keys, issuers and names. */
export function isRejected({ rejected }: Baseline, facts: BaselineFacts): boolean {
  return rejected !== null && identityOf(rejected.facts) === identityOf(facts);
}

/** Keys shown at the endpoint that a secure TLSA record names (usages 1 and 3: the key of the server itself). */
export function publishedKeys({ tlsa, sessions }: EndpointObservation): ReadonlySet<string> {
  if (tlsa?.lookup.ok !== true || tlsa.lookup.facts.dnssec.state !== 'secure') return new Set();
  const records = tlsa.lookup.facts.records.filter(({ usage }) => usage === 1 || usage === 3);
  const leaves = sessions.flatMap(leafOf);
  return new Set(leaves.filter((leaf) => records.some((record) => isAssociated(record, leaf))).map(keyOf));
}

/** Organisation of an issuer, for whom a new intermediate is no change; without one its whole name. */
export function organisationOf(issuer: string): string {
  return /(?:^|, )O=((?:[^,\\]|\\.)+)/.exec(issuer)?.[1] ?? issuer;
}

/** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
export function keyOf({ spki }: Certificate): string {
  return digestHex(spki, 'sha256');
}

function leafOf({ tls }: AddressSession): readonly Certificate[] {
  const [leaf] = tls === null ? [] : readChain(tls.chain);
  return leaf === undefined || leaf === null ? [] : [leaf];
}

function identityOf({ keys, issuers, names }: BaselineFacts): string {
  return canonicalJson({ keys, issuers, names });
}

/** More than half of its life was left: no automation renews so early. */
function isYoung({ notBefore, notAfter }: BaselineFacts, now: number): boolean {
  return notBefore !== null && notAfter !== null && notAfter - now > (notAfter - notBefore) / 2;
}

const rankOf = (version: string): number => tlsVersions.findIndex((known) => known === version);

function lowest(versions: readonly string[]): string | null {
  return versions.toSorted((a, b) => rankOf(a) - rankOf(b))[0] ?? null;
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted().slice(0, maxEntries);
}

/** DNS-IDs that every leaf has. */
function namesOfAll(leaves: readonly Certificate[]): readonly string[] {
  const [first, ...others] = leaves.map(({ dnsNames }) => new Set(dnsNames));
  return distinct([...(first ?? [])].filter((name) => others.every((names) => names.has(name))));
}
