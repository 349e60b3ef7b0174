import { showTime } from '../checks/wording.ts';
import type { ServedTlsa } from '../dane/held-since.ts';
import { holdsEverywhere, serversWithout, settle, silentHosts } from '../dane/held-since.ts';
import { chooseMatch, matchTlsa } from '../dane/match.ts';
import { tlsaText } from '../dane/record.ts';
import { findServiceRow } from '../model/endpoint.ts';
import type { TlsaRecord } from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { digestHex } from '../x509/certificate.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import type { PreflightPart, PreflightReason } from './preflight.ts';

type Outcome = Pick<PreflightPart, 'reasons' | 'earliestSafe'>;

/**
 * Whether the new certificate matches TLSA records, those that caches may still hold among them (RFC 7671 section 8.1: a
 * key may be used once every set that is about names it).
 */
export function judgeTlsa(facts: CertificateFacts): Outcome {
  const { tlsa } = facts;
  if (tlsa === null) return outcome(say('pass', 'tlsa-none', 'An address has no TLSA records.'));
  if (!tlsa.ok) {
    return outcome(
      say(
        'block',
        'tlsa-unanswered',
        'Nobody answered the question for its TLSA records, so whether the certificate matches is not known.',
        'Ask again. If it stays so, ask the name servers: latchwatch dns.',
      ),
    );
  }
  const { records, dnssec } = tlsa.facts;
  switch (dnssec.state) {
    case 'secure':
      return judgeSecure(facts, records);
    case 'insecure':
      if (records.length === 0) return outcome(say('pass', 'tlsa-none', 'There are no TLSA records to match.'));
      return matches(facts, records)
        ? outcome(say('pass', 'tlsa-matches', 'It matches the TLSA records, which are not signed and do not count.'))
        : outcome(
            say(
              'warn',
              'tlsa-mismatch-unsigned',
              'It matches no TLSA record. The zone is not signed, so nobody goes by them yet.',
              `Publish ${lineOf(facts)}, or take the records away.`,
            ),
          );
    case 'bogus':
      return outcome(
        say(
          'block',
          'tlsa-bogus',
          `The answer for its TLSA records fails DNSSEC (${dnssec.at}): resolvers that validate give no address either.`,
          'Repair the zone first: latchwatch dns tells what is wrong.',
        ),
      );
    case 'indeterminate':
      return outcome(
        say(
          'block',
          'tlsa-unvalidated',
          `Whether its TLSA records are signed could not be told (${dnssec.why}).`,
          'Ask again. A resolver that strips DNSSEC cannot tell: leave LATCHWATCH_RESOLVER unset.',
        ),
      );
  }
}

function judgeSecure(facts: CertificateFacts, records: readonly TlsaRecord[]): Outcome {
  const { servers, now, shown } = facts;
  // Without records nobody checks; a set that was never there is in no cache.
  const holds = (set: readonly TlsaRecord[]) => set.length === 0 || matches(facts, set);
  const line = lineOf(facts);
  if (!holds(records)) {
    return outcome(
      say(
        'block',
        'tlsa-mismatch',
        'It matches none of the published TLSA records. Senders that check DANE hold mail back, and clients that have latched tls-dane-tlsa stop connecting.',
        `Publish ${line} beside the others, wait until caches have let go of the old set, then deploy. Or renew with the present key.`,
      ),
    );
  }
  const behind = serversWithout(servers ?? [], holds);
  if (behind.length > 0) {
    return outcome(
      say(
        'block',
        'tlsa-not-everywhere',
        `The record is published, but not by every name server: ${placesOf(behind)} still ${behind.length === 1 ? 'gives' : 'give'} out a set that it does not match.`,
        'Bring them up to date; the wait begins when all give out the record.',
      ),
    );
  }
  if (records.length === 0 && facts.looks.every(({ servers: seen }) => holdsEverywhere(seen, holds) !== false)) {
    return outcome(say('pass', 'tlsa-none', 'It is proven that there are no TLSA records to match.'));
  }
  if (shown.length > 0 && shown.every((one) => sharesRecord(facts, records, one.chain))) {
    return outcome(
      say(
        'pass',
        'tlsa-matches',
        'It matches the same TLSA record as the present certificate does, so no cache minds.',
      ),
    );
  }
  return judgeCaches(facts, { holds, now });
}

/** What stood before may be in caches for as long as its TTL. */
function judgeCaches(
  facts: CertificateFacts,
  asked: {
    readonly holds: (set: readonly TlsaRecord[]) => boolean;
    readonly now: number;
  },
): Outcome {
  const { holds, now } = asked;
  const present = { firstSeen: Math.min(now, facts.publishedAt ?? now), lastSeen: now, servers: facts.servers ?? [] };
  const settled = settle([...facts.looks, present], holds);
  if (settled === null) {
    return outcome(
      say(
        'block',
        'tlsa-servers-unseen',
        'It matches the published TLSA records, but no name server of the zone could be asked by itself.',
        'Ask again: the wait begins when all of them are seen to give out the record.',
      ),
    );
  }
  const { since, settledAt } = settled;
  if (settledAt <= now) {
    const silent = silentHosts(facts.servers ?? []);
    return outcome(
      say(
        'pass',
        'tlsa-matches',
        `It matches the TLSA records of every name server, since ${showTime(since)}, and caches have let go of older ones.`,
      ),
      ...(silent.length === 0
        ? []
        : [
            say(
              'warn',
              'tlsa-server-silent',
              `${silent.join(', ')} did not answer: should it give out older records to others, mail fails for them.`,
              'Make sure that it has the present zone.',
            ),
          ]),
    );
  }
  return {
    reasons: [
      say(
        'block',
        'tlsa-too-fresh',
        `It matches the published TLSA records, but caches may hold an older set until ${showTime(settledAt)}: all name servers were first seen with the record at ${showTime(since)}.`,
        'Wait until then. A shorter TTL, set in time before the next change, makes the wait shorter.',
      ),
    ],
    earliestSafe: settledAt,
  };
}

function matchOf(
  { endpoint, path, now }: CertificateFacts,
  records: readonly TlsaRecord[],
  chain: readonly Certificate[],
) {
  return matchTlsa({
    records,
    chain,
    verifiedPath: path.trusted ? path.path : null,
    host: endpoint.host,
    policy: findServiceRow(endpoint.service, endpoint.tlsMode)?.tlsaPolicy ?? 'mua',
    now: Math.max(now, chain[0]?.notBefore ?? now),
  });
}

function matches(facts: CertificateFacts, records: readonly TlsaRecord[]): boolean {
  return chooseMatch(matchOf(facts, records, facts.chain)) !== null;
}

/** Whether a record that the chain shown now matches is matched by the new one too. */
function sharesRecord(facts: CertificateFacts, records: readonly TlsaRecord[], chain: readonly Certificate[]): boolean {
  const present = matchOf(facts, records, chain).outcomes;
  const next = matchOf(facts, records, facts.chain).outcomes;
  return records.some((_, index) => present[index]?.kind === 'match' && next[index]?.kind === 'match');
}

/** The 3 1 1 record of the new key, as it would stand in the zone. */
function lineOf({ endpoint: { host, port }, chain: [leaf] }: CertificateFacts): string {
  const data = leaf === undefined ? '' : digestHex(leaf.spki, 'sha256');
  return `_${String(port)}._tcp.${host}. IN TLSA ${tlsaText({ usage: 3, selector: 1, matchingType: 1, data })}`;
}

function placesOf(servers: readonly ServedTlsa[]): string {
  const places = servers.map(({ host, address }) => `${host} (${address})`);
  return places.length > 5
    ? `${places.slice(0, 5).join(', ')} and ${String(places.length - 5)} more`
    : places.join(', ');
}

function say(
  verdict: PreflightReason['verdict'],
  code: string,
  text: string,
  fix: string | null = null,
): PreflightReason {
  return { verdict, code, text, fix };
}

function outcome(...reasons: readonly PreflightReason[]): Outcome {
  return { reasons, earliestSafe: null };
}
