import type { AddressSession, DnsLookup, EndpointObservation, TlsaRecord } from '../model/observation.ts';
import type { Params, Verdict } from '../model/finding.ts';
import { chooseMatch, type RecordOutcome } from '../dane/match.ts';
import type { EndpointCheck } from './check.ts';
import { daneFailureMeans } from './consequences.ts';
import type { Decision, Decisions } from './decision.ts';
import { decideByPack, judgeSeenAddresses, judgeWholeEndpoint, passed, undecided } from './decision.ts';
import {
  compareTlsa,
  compareTlsaAsDraft,
  describeDnssec,
  readTlsaLookup,
  sawAllChains,
  showOutcome,
  shownChains,
  showRecord,
} from './tlsa-facts.ts';
import { hostParam, listParam, textParam } from './wording.ts';

const codes = ['tlsa-mismatch', 'tlsa-name-differs'] as const;
const rowRefs = ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 3', 'checklist row 41'];

/** Whether the TLSA records of a port describe the certificates that its server shows (RFC 6698, 7671, 7672). */
export const tlsaMatch: EndpointCheck = {
  id: 'tlsa-match',
  subject: 'endpoint',
  findings: [
    {
      code: 'tlsa-mismatch',
      summary: 'No TLSA record matches the certificate of the server',
      refs: [...rowRefs, 'RFC 6698 section 2.1', 'RFC 7671 section 5', 'RFC 7672 section 3.1'],
      confirmations: 1,
      text: (params) => ({
        title: `No TLSA record matches the ${keyNote(params)}certificate of ${hostParam(params)}${notValidatedNote(params)}`,
        expected: `One of the records at ${textParam(params, 'owner')} matches`,
        got: listParam(params, 'outcomes'),
        meaning: `${daneFailureMeans}${otherKeyNote(params)}${dnssecNote(params)}`,
        fix:
          'If the certificate was renewed with a new key, publish the record of the new key beside the old one at once. ' +
          'For the next time: keep the key when renewing, or publish first and wait until the old records have left ' +
          'all caches. A server with an RSA and an ECDSA certificate needs records for both. A trust anchor (usage 2) ' +
          'of which only the digest is published must be in the chain that the server sends.',
      }),
    },
    {
      code: 'tlsa-unusable',
      summary: 'TLSA records that clients cannot use',
      refs: [...rowRefs, 'RFC 7671 section 10.1', 'RFC 7672 section 3.1.3'],
      confirmations: 1,
      text: (params) => ({
        title: `${params.all === true ? 'No TLSA record is usable' : 'Some TLSA records are unusable'} for ${hostParam(params)}`,
        expected: `Records such as 3 1 1 with a SHA-256 digest at ${textParam(params, 'owner')}`,
        got: listParam(params, 'outcomes'),
        meaning:
          params.all === true
            ? `${daneFailureMeans} Clients that do not insist on DANE go on as if there were no record.${dnssecNote(params)}`
            : 'Clients skip these records. Once the others no longer match, nothing is left.',
        fix:
          'Replace the records by correct ones. On port 25 only usages 2 and 3 count. A digest must have 32 bytes for ' +
          'matching type 1 and 64 for matching type 2.',
      }),
    },
    {
      code: 'tlsa-name-differs',
      summary: 'A TLSA record matches a certificate that does not name the host',
      refs: [
        'draft-ietf-uta-email-deep-00 section 11.2',
        'draft-ietf-uta-email-deep-00 section 4',
        'checklist row 41',
        'RFC 7671 section 5.1',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `The certificate that TLSA matches does not name ${hostParam(params)}`,
        expected: `${textParam(params, 'host')} among the names of the certificate`,
        got: `${textParam(params, 'matched')} matches, but the name is not in the certificate`,
        meaning:
          'Usage 3 holds without the name (RFC 7671), so mail is delivered. A client that keeps to the draft asks for ' +
          'the name as well before it counts tls-dane-tlsa as fulfilled.',
        fix: 'Put the name of the host into the certificate when it is renewed next.',
      }),
    },
  ],
  judge: (observation, { now }) => [
    ...judgeWholeEndpoint(observation, { 'tlsa-unusable': judgeUsable(observation, now) }),
    ...judgeSeenAddresses(observation, codes, (session) => judgeSession(observation, session, now)),
  ],
};

function judgeSession(
  observation: EndpointObservation,
  session: AddressSession,
  now: number,
): Decisions<(typeof codes)[number]> {
  const all = (decision: Decision) => ({ 'tlsa-mismatch': decision, 'tlsa-name-differs': decision });
  const lookup = readTlsaLookup(observation);
  if (lookup === null) return all(undecided);
  if (lookup.records.length === 0) return all(passed);
  const compared = shownChains(session).map((chain) => ({ ...chain, match: compareTlsa(observation, chain.tls, now) }));
  const [first] = compared;
  if (first === undefined) return all(undecided);

  const unnamed = compared.find(({ match }) => chooseMatch(match)?.record.usage === 3 && !match.nameMatches);
  const unnamedMatch = unnamed === undefined ? null : chooseMatch(unnamed.match);
  return {
    'tlsa-mismatch': judgeMatches(),
    'tlsa-name-differs': unnamedMatch === null ? passed : judgeName(showRecord(unnamedMatch.record)),
  };

  /** The draft's tag asks for the name besides (section 11.2); it is about servers that mail clients use. */
  function judgeName(matched: string): Decision {
    if (observation.endpoint.service === 'smtp') return { verdict: 'info', params: { matched } };
    return decideByPack({ draft: 'fail', current: 'info' }, { matched });
  }

  function judgeMatches(): Decision {
    if (lookup === null || first === undefined) return undecided;
    const failing = compared.filter(({ match }) => chooseMatch(match) === null);
    const [worst] = failing;
    if (worst !== undefined) {
      const { outcomes } = worst.match;
      // Nothing to compare with: `tlsa-unusable` says so.
      if (outcomes.every(({ kind }) => kind === 'unusable')) return passed;
      const current = verdictOf[lookup.dnssec.state];
      const holdsInDraft = failing.every(
        ({ tls }) => chooseMatch(compareTlsaAsDraft(observation, { tls, now })) !== null,
      );
      return decideByPack(
        { draft: holdsInDraft ? 'pass' : current, current },
        {
          ...dnssecParams(observation, lookup),
          outcomes: outcomes.map(showOutcome),
          keys: compared.length === 1 ? [] : failing.map(({ keyName }) => keyName),
          othersMatch: failing.length < compared.length,
        },
      );
    }
    const found = chooseMatch(first.match);
    if (found === null || !sawAllChains(session)) return undecided;
    const { certificate, depth, record } = found;
    return {
      verdict: 'pass',
      params: {
        matched: showRecord(record),
        depth,
        subject: certificate.subject.slice(0, 256),
        fingerprint: certificate.fingerprint,
        nameMatches: first.match.nameMatches,
        dnssec: lookup.dnssec.state,
      },
    };
  }
}

function judgeUsable(observation: EndpointObservation, now: number): Decision {
  const lookup = readTlsaLookup(observation);
  if (lookup === null) return undecided;
  const { outcomes } = compareTlsa(observation, null, now);
  const unusable = outcomes.filter(isUnusable);
  if (unusable.length === 0) return passed;
  const all = unusable.length === outcomes.length;
  const verdict = (count: number): Verdict => {
    if (count === 0) return 'pass';
    return count === outcomes.length ? verdictOf[lookup.dnssec.state] : 'info';
  };
  return decideByPack(
    {
      draft: verdict(compareTlsaAsDraft(observation, { tls: null, now }).outcomes.filter(isUnusable).length),
      current: verdict(unusable.length),
    },
    { ...dnssecParams(observation, lookup), outcomes: unusable.map(showOutcome), all },
  );
}

function isUnusable({ kind }: RecordOutcome): boolean {
  return kind === 'unusable';
}

function dnssecParams({ tlsa }: EndpointObservation, { dnssec }: DnsLookup<TlsaRecord>): Params {
  return { owner: tlsa?.owner ?? '', dnssec: describeDnssec(dnssec), validated: dnssec.state === 'secure' };
}

/** Only validated records stop mail; records that nobody may believe are a warning. */
const verdictOf: Readonly<Record<DnsLookup<TlsaRecord>['dnssec']['state'], Verdict>> = {
  secure: 'crit',
  insecure: 'warn',
  indeterminate: 'warn',
  bogus: 'inconclusive',
};

function isInsecure(params: Params): boolean {
  return typeof params.dnssec === 'string' && params.dnssec.startsWith('insecure');
}

function notValidatedNote(params: Params): string {
  if (params.validated === true) return '';
  return isInsecure(params) ? ' (not signed with DNSSEC)' : ' (DNSSEC not validated)';
}

function dnssecNote(params: Params): string {
  if (params.validated === true) return '';
  return isInsecure(params)
    ? ' For now they do not count, because they are not signed.'
    : ` Whether the records count at all is not known: their DNSSEC state is ${textParam(params, 'dnssec')}.`;
}

function keyNote(params: Params): string {
  return typeof params.keys === 'object' && params.keys !== null && params.keys.length > 0
    ? `${listParam(params, 'keys')} `
    : '';
}

function otherKeyNote(params: Params): string {
  return params.othersMatch === true
    ? ' It depends on the other side which of its certificates the server shows, so some senders succeed and others do not.'
    : '';
}
