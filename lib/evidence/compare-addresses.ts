import { showTime } from '../checks/wording.ts';
import { readAdvertisedTags } from '../deep/advertised-tags.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { readChain } from '../x509/read-chain.ts';

/** One fact of one address beside those of the others. Values may come from strangers: escape at output. */
export interface AddressCell {
  /** Null: not seen there. */
  readonly value: string | null;
  /** Unlike what most other addresses have. */
  readonly isOdd: boolean;
}

export const addressFacts = ['outcome', 'tls', 'certificate', 'validUntil', 'trust', 'capabilities', 'tags'] as const;
export type AddressFact = (typeof addressFacts)[number];

interface AddressRow {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly cells: Readonly<Record<AddressFact, AddressCell>>;
}

export interface AddressComparison {
  readonly rows: readonly AddressRow[];
  /** One sentence without a full stop a fact in which addresses differ; empty: all are alike. */
  readonly divergences: readonly string[];
}

const factWords: Readonly<Record<AddressFact, string>> = {
  outcome: 'end in another way',
  tls: 'reach another TLS version',
  certificate: 'show another certificate',
  validUntil: 'show another certificate',
  trust: 'are trusted otherwise',
  capabilities: 'offer other capabilities',
  tags: 'advertise other security tags',
};
const singular: Readonly<Record<AddressFact, string>> = {
  outcome: 'ends in another way',
  tls: 'reaches another TLS version',
  certificate: 'shows another certificate',
  validUntil: 'shows another certificate',
  trust: 'is trusted otherwise',
  capabilities: 'offers other capabilities',
  tags: 'advertises other security tags',
};

/** The addresses of an endpoint side by side, as one run saw them, and in words where they are unlike. */
export function compareAddresses({ endpoint, sessions }: EndpointObservation): AddressComparison {
  const values = sessions.map((session) => ({ session, facts: factsOf(session, endpoint) }));
  const usual = (fact: AddressFact) => usualOf(values.flatMap(({ facts }) => facts[fact] ?? []));
  const isOdd = (fact: AddressFact, value: string | null) => value !== null && value !== usual(fact);
  const rows = values.map(({ session: { address }, facts }): AddressRow => {
    const cell = (fact: AddressFact): AddressCell => ({ value: facts[fact], isOdd: isOdd(fact, facts[fact]) });
    return {
      address,
      family: address.includes(':') ? 'IPv6' : 'IPv4',
      cells: {
        ...{ outcome: cell('outcome'), tls: cell('tls'), certificate: cell('certificate') },
        ...{ validUntil: cell('validUntil'), trust: cell('trust') },
        ...{ capabilities: cell('capabilities'), tags: cell('tags') },
      },
    };
  });
  return { rows, divergences: addressFacts.flatMap((fact) => divergence(fact, rows, usual(fact))) };
}

function divergence(fact: AddressFact, rows: readonly AddressRow[], usual: string | null): readonly string[] {
  // Another date is another certificate, which is said already.
  if (fact === 'validUntil') return [];
  const odd = rows.filter(({ cells }) => cells[fact].isOdd);
  if (odd.length === 0) return [];
  const seen = rows.filter(({ cells }) => cells[fact].value !== null).length;
  const names = odd.map(({ address }) => address).join(', ');
  const [only] = odd;
  const detail =
    fact === 'certificate'
      ? dates(odd, rows)
      : fact === 'capabilities' || only === undefined || odd.length > 1
        ? ''
        : `: ${shown(only.cells[fact].value)} where the others have ${shown(usual)}`;
  const words = odd.length === 1 ? singular[fact] : factWords[fact];
  return [`${String(odd.length)} of ${String(seen)} addresses ${words} (${names})${detail}`];
}

function shown(value: string | null): string {
  return value === null || value === '' ? 'none' : value;
}

/** Old or new tells most of a certificate that is unlike the others. */
function dates(odd: readonly AddressRow[], rows: readonly AddressRow[]): string {
  const untils = (some: readonly AddressRow[]) => [
    ...new Set(some.flatMap(({ cells }) => cells.validUntil.value ?? [])),
  ];
  const [theirs, others] = [untils(odd), untils(rows.filter((row) => !odd.includes(row)))];
  return theirs.join() === others.join()
    ? ''
    : `: valid until ${theirs.join(', ')}; the others until ${others.join(', ')}`;
}

/** What most have; with equal counts, what comes first. */
function usualOf(values: readonly string[]): string | null {
  const count = (value: string) => values.filter((other) => other === value).length;
  return values.toSorted((a, b) => count(b) - count(a))[0] ?? null;
}

function factsOf(
  session: AddressSession,
  endpoint: EndpointObservation['endpoint'],
): Readonly<Record<AddressFact, string | null>> {
  const { tls, failure, capabilitiesAfterTls } = session;
  const [leaf] = tls === null ? [] : readChain(tls.chain);
  const tags = readAdvertisedTags(endpoint, session);
  return {
    outcome: failure === null ? 'worked' : `${failure.reason} at ${failure.stage}`,
    tls: tls?.version ?? null,
    certificate: leaf?.fingerprint ?? null,
    validUntil: leaf === undefined || leaf === null ? null : showTime(leaf.notAfter),
    trust: tls === null ? null : tls.pkix.trusted ? 'trusted' : tls.pkix.error,
    capabilities:
      capabilitiesAfterTls
        ?.map((one) => one.toUpperCase())
        .toSorted()
        .join(' ') ?? null,
    tags: tags.looked ? tags.tags.join(' ') : null,
  };
}
