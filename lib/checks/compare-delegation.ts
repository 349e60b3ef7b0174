import type { DsResult } from '../model/dnssec.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import { allAnswered, authoritativeAnswers, ownLink } from './zone-view.ts';
import { showServer } from './zone-wording.ts';

/** What is wrong between the CDS and CDNSKEY records of a zone, its keys, and its DS records. */
export type DelegationWish =
  | { readonly kind: 'agreed' }
  | { readonly kind: 'unseen' }
  /** Name servers ask for different things. */
  | { readonly kind: 'servers-disagree'; readonly lines: readonly string[] }
  /** Following it would leave DS records that no key of the zone fits. */
  | { readonly kind: 'no-such-key'; readonly lines: readonly string[] }
  | { readonly kind: 'delete'; readonly lines: readonly string[] }
  /** The parent has not followed yet. */
  | { readonly kind: 'parent-behind'; readonly lines: readonly string[]; readonly ds: readonly string[] };

const wishTypes = ['CDS', 'CDNSKEY'];

/** Compares CDS and CDNSKEY of all servers with the DNSKEY and DS sets (RFC 7344 section 4.1, RFC 8078 section 4). */
export function compareDelegation(observation: ZoneObservation): DelegationWish {
  const { zone } = observation;
  const answers = authoritativeAnswers(observation).filter(({ question }) => question.name === zone);
  const wishes = answers.filter(({ question }) => wishTypes.includes(question.type));
  const texts = wishTypes.map((type) => {
    const said = wishes.filter(({ question }) => question.type === type);
    return new Set(said.map(({ facts }) => JSON.stringify(facts.records.toSorted())));
  });
  if (texts.some((variants) => variants.size > 1)) {
    const lines = wishes.map(
      ({ server, question, facts }) =>
        `${showServer(server)}, ${question.type}: ${facts.records.map(shorten).join(' and ') || 'none'}`,
    );
    return { kind: 'servers-disagree', lines };
  }
  const recordsOf = (type: string) => wishes.find(({ question }) => question.type === type)?.facts.records ?? [];
  const [cds, cdnskey] = [recordsOf('CDS'), recordsOf('CDNSKEY')];
  const lines = [
    ...cds.map((record) => `CDS ${shorten(record)}`),
    ...cdnskey.map((record) => `CDNSKEY ${shorten(record)}`),
  ];
  if (lines.length === 0) return { kind: wishes.length > 0 && allAnswered(observation) ? 'agreed' : 'unseen' };
  const link = ownLink(observation);
  if (link === null || link.state.state === 'indeterminate') return { kind: 'unseen' };
  if (cds.some(isDeletion) || cdnskey.some(isDeletion)) {
    return link.ds.length === 0 ? { kind: 'agreed' } : { kind: 'delete', lines };
  }
  const published = answers.filter(({ question }) => question.type === 'DNSKEY').flatMap(({ facts }) => facts.records);
  if (cdnskey.length > 0 && published.length > 0 && !cdnskey.some((key) => published.includes(key))) {
    return { kind: 'no-such-key', lines };
  }
  const wanted = cds.flatMap((record) => readDs(record) ?? []);
  const fits = (one: Digest) =>
    link.keys.some(({ keyTag, algorithm }) => keyTag === one.keyTag && algorithm === one.algorithm);
  if (wanted.length > 0 && link.keys.length > 0 && !wanted.some(fits)) return { kind: 'no-such-key', lines };
  if (wanted.length === 0 || asksFor(wanted, link.ds)) return { kind: 'agreed' };
  return { kind: 'parent-behind', lines, ds: link.ds.map(showDs) };
}

type Digest = Pick<DsResult, 'keyTag' | 'algorithm' | 'digestType' | 'digest'>;

/** The same keys, and the same digest where both have one of a type: a parent may choose the digest types itself. */
function asksFor(wanted: readonly Digest[], has: readonly Digest[]): boolean {
  const keyOf = ({ keyTag, algorithm }: Digest) => `${String(keyTag)} ${String(algorithm)}`;
  const covers = (some: readonly Digest[], others: readonly Digest[]) =>
    some.every((one) => {
      const same = others.filter((other) => keyOf(other) === keyOf(one));
      const sameType = same.filter(({ digestType }) => digestType === one.digestType);
      return same.length > 0 && (sameType.length === 0 || sameType.some(({ digest }) => digest === one.digest));
    });
  return covers(wanted, has) && covers(has, wanted);
}

/** `0 0 0 00` and `0 3 0 AA==`: remove the DS records (RFC 8078 section 4). */
function isDeletion(record: string): boolean {
  return /^0 (0 0 0+|3 0 AA==)$/.test(record);
}

/** CDS data in presentation form; null where it is something else. */
function readDs(record: string): Digest | null {
  const [keyTag, algorithm, digestType, digest] = record.toLowerCase().split(' ');
  if (digest === undefined || !/^[0-9a-f]+$/.test(digest)) return null;
  return { keyTag: Number(keyTag), algorithm: Number(algorithm), digestType: Number(digestType), digest };
}

function showDs({ keyTag, algorithm, digestType, digest }: Digest): string {
  return shorten(`${String(keyTag)} ${String(algorithm)} ${String(digestType)} ${digest}`);
}

function shorten(record: string): string {
  return record.length > 40 ? `${record.slice(0, 39)}…` : record;
}
