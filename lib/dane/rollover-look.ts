import { shownChains, tlsaPolicyOf } from '../checks/tlsa-facts.ts';
import type { AddressSession, EndpointObservation, TlsaRecord } from '../model/observation.ts';
import { readChain } from '../x509/read-chain.ts';
import type { TlsaLook } from './held-since.ts';
import { settle } from './held-since.ts';
import { matchTlsa } from './match.ts';
import { tlsaText } from './record.ts';
import type { RolloverLook, RolloverPlan, ShownKey } from './rollover.ts';
import { shownKey } from './rollover.ts';

export interface RolloverSeen {
  /** Looks at the name servers, the latest first. */
  readonly looks: readonly TlsaLook[];
  /** The latest probe of the endpoint; null: there was none. */
  readonly observation: EndpointObservation | null;
}

/**
 * The look that follows another one: what was seen now, and since when things hold. An address that could not be seen now
 * neither proves nor breaks that the new key is shown.
 */
export function nextLook(plan: RolloverPlan, before: RolloverLook, { looks, observation }: RolloverSeen): RolloverLook {
  const has = (wanted: readonly TlsaRecord[]) => (records: readonly TlsaRecord[]) =>
    wanted.some((one) => records.some((record) => tlsaText(record) === tlsaText(one)));
  const [latest] = looks;
  const published = settle(looks, has([plan.next]));
  const retired = settle(looks, (records) => !has(plan.old)(records));
  const addresses = (observation?.sessions ?? []).map((session) => ({
    address: session.address,
    shows: observation === null ? null : shownAt(session, { plan, observation }),
  }));
  const seen = addresses.flatMap(({ shows }) => shows ?? []);
  const isServed = seen.length > 0 && seen.every((shows) => shows === 'new');
  // One that is not seen may show anything: the first time all have to be seen.
  const isServedEverywhere = isServed && seen.length === addresses.length;
  const probedAt = observation?.finishedAt ?? null;
  const servedSince = ((): number | null => {
    if (before.servedSince !== null && (seen.length === 0 || isServed)) return before.servedSince;
    return isServedEverywhere ? probedAt : null;
  })();
  const fellBack = before.publishedSince !== null && latest !== undefined && published === null;
  return {
    askedAt: latest?.lastSeen ?? null,
    dnssec: observation?.tlsa?.lookup.ok === true ? observation.tlsa.lookup.facts.dnssec.state : null,
    servers: latest?.servers ?? [],
    publishedSince: published?.since ?? null,
    settledAt: published?.settledAt ?? null,
    fellBackAt: fellBack ? latest.lastSeen : before.fellBackAt,
    probedAt,
    addresses,
    servedSince,
    retiredSince: servedSince === null ? null : (retired?.since ?? null),
  };
}

function shownAt(
  session: AddressSession,
  { plan, observation }: { readonly plan: RolloverPlan; readonly observation: EndpointObservation },
): ShownKey | null {
  const { endpoint, finishedAt } = observation;
  const records = [plan.next, ...plan.old];
  return shownKey(
    shownChains(session).map(({ tls }) => {
      const { outcomes } = matchTlsa({
        records,
        chain: readChain(tls.chain),
        verifiedPath: tls.pkix.trusted ? readChain(tls.pkix.path) : null,
        host: endpoint.host,
        policy: tlsaPolicyOf(endpoint),
        now: finishedAt,
      });
      const [isNew, ...isOld] = outcomes.map(({ kind }) => kind === 'match');
      return { matchesNew: isNew === true, matchesOld: isOld.includes(true) };
    }),
  );
}

/** What a rollover begins with. */
export interface RolloverStart {
  readonly next: TlsaRecord;
  /** `rsa`, `ec`, …: servers may have a certificate of each, and only one of them changes. */
  readonly keyType: string;
  readonly observation: EndpointObservation;
}

/** The records that the new one makes superfluous: those that name what the server shows now with a key of that type. */
export function supersededRecords({ next, keyType, observation }: RolloverStart): readonly TlsaRecord[] {
  const { tlsa, sessions, endpoint, finishedAt } = observation;
  const records = tlsa?.lookup.ok === true ? tlsa.lookup.facts.records : [];
  const isNext = (record: TlsaRecord) => tlsaText(record) === tlsaText(next);
  const shown = sessions.flatMap(shownChains).map(({ tls, leaf }) => {
    const { outcomes } = matchTlsa({
      records,
      chain: readChain(tls.chain),
      verifiedPath: tls.pkix.trusted ? readChain(tls.pkix.path) : null,
      host: endpoint.host,
      policy: tlsaPolicyOf(endpoint),
      now: finishedAt,
    });
    return { keyType: leaf.keyType, outcomes };
  });
  // Records of a CA stand for all that it signs.
  const isOfLeaf = next.usage === 1 || next.usage === 3;
  const sameKind = records.map(({ usage }) => (usage === 1 || usage === 3) === isOfLeaf);
  const matchedBy = (chains: typeof shown) =>
    records.filter(
      (record, index) =>
        sameKind[index] === true && !isNext(record) && chains.some(({ outcomes }) => outcomes[index]?.kind === 'match'),
    );
  const ofType = matchedBy(shown.filter((chain) => chain.keyType === keyType));
  return ofType.length > 0 ? ofType : matchedBy(shown);
}
