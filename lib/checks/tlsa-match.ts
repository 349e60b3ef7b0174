import type { AddressSession, DnsLookup, EndpointObservation, TlsaRecord } from '../model/observation.ts';
import type { Params, Verdict } from '../model/finding.ts';
import { findServiceRow } from '../model/endpoint.ts';
import type { RecordOutcome, TlsaMatch } from '../dane/match.ts';
import { matchTlsa } from '../dane/match.ts';
import { readChain } from '../x509/read-chain.ts';
import type { EndpointCheck } from './check.ts';
import { daneFailureMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeSeenAddresses, judgeWholeEndpoint, passed, undecided } from './decision.ts';
import { hostParam, listParam, textParam } from './wording.ts';

const codes = ['tlsa-mismatch'] as const;
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
        title: `No TLSA record matches the certificate of ${hostParam(params)}${notValidatedNote(params)}`,
        expected: `One of the records at ${textParam(params, 'owner')} matches`,
        got: listParam(params, 'outcomes'),
        meaning: `${daneFailureMeans}${dnssecNote(params)}`,
        fix:
          'If the certificate was renewed with a new key, publish the record of the new key beside the old one at once. ' +
          'For the next time: keep the key when renewing, or publish first and wait until the old records have left ' +
          'all caches. A trust anchor (usage 2) must be in the chain that the server sends.',
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
      code: 'tlsa-unsigned',
      summary: 'TLSA records that are not signed with DNSSEC',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.4.3',
        'RFC 8314 section 4.5.4',
        'checklist row 4',
        'checklist row 21',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `TLSA records of ${hostParam(params)} are not signed with DNSSEC`,
        expected: `DNSSEC signatures on the records at ${textParam(params, 'owner')}`,
        got: `Records without signatures (${textParam(params, 'dnssec')})`,
        meaning:
          'Anyone who can forge DNS answers can forge these records, so clients ignore them: they protect nobody and ' +
          'look as if they did.',
        fix: 'Sign the zone and have its DS record published in the parent zone, or remove the TLSA records.',
      }),
    },
  ],
  judge: (observation, { now }) => [
    ...judgeWholeEndpoint(observation, {
      'tlsa-unusable': judgeUsable(observation, now),
      'tlsa-unsigned': judgeSigned(observation),
    }),
    ...judgeSeenAddresses(observation, codes, (session) => ({
      'tlsa-mismatch': judgeSession(observation, session, now),
    })),
  ],
};

function judgeSession(observation: EndpointObservation, session: AddressSession, now: number): Decision {
  const lookup = readLookup(observation);
  if (lookup === null) return undecided;
  if (lookup.records.length === 0) return passed;
  if (session.tls === null || (readChain(session.tls.chain)[0] ?? null) === null) return undecided;
  const { outcomes, nameMatches } = compareTlsa(observation, session, now);
  const found = outcomes.find((outcome) => outcome.kind === 'match');
  if (found !== undefined) {
    const { certificate, depth, record } = found;
    return {
      verdict: 'pass',
      params: {
        matched: showRecord(record),
        depth,
        subject: certificate.subject.slice(0, 256),
        fingerprint: certificate.fingerprint,
        nameMatches,
        dnssec: lookup.dnssec.state,
      },
    };
  }
  // Nothing to compare with: `tlsa-unusable` says so.
  if (outcomes.every((outcome) => outcome.kind === 'unusable')) return passed;
  return grade(lookup, {
    owner: observation.tlsa?.owner ?? '',
    outcomes: outcomes.map(showOutcome),
    dnssec: describeDnssec(lookup),
    validated: lookup.dnssec.state === 'secure',
  });
}

function judgeUsable(observation: EndpointObservation, now: number): Decision {
  const lookup = readLookup(observation);
  if (lookup === null) return undecided;
  const { outcomes } = compareTlsa(observation, null, now);
  const unusable = outcomes.filter((outcome) => outcome.kind === 'unusable');
  if (unusable.length === 0) return passed;
  const all = unusable.length === outcomes.length;
  const params = {
    owner: observation.tlsa?.owner ?? '',
    outcomes: unusable.map(showOutcome),
    all,
    dnssec: describeDnssec(lookup),
    validated: lookup.dnssec.state === 'secure',
  };
  return all ? grade(lookup, params) : { verdict: 'info', params };
}

function judgeSigned(observation: EndpointObservation): Decision {
  const lookup = readLookup(observation);
  if (lookup === null) return undecided;
  if (lookup.records.length === 0) return passed;
  const params = { owner: observation.tlsa?.owner ?? '', dnssec: describeDnssec(lookup) };
  switch (lookup.dnssec.state) {
    case 'secure':
      return passed;
    case 'insecure':
      return { verdict: 'fail', params };
    case 'bogus':
      return undecided;
    case 'indeterminate':
      if (lookup.signaturesPresent) return passed;
      // A resolver that strips signatures makes every zone look unsigned.
      return observation.tlsa?.resolverPassesSignatures === true ? { verdict: 'warn', params } : undecided;
  }
}

/** Null where DNS gave no usable answer. */
function readLookup({ tlsa }: EndpointObservation): DnsLookup<TlsaRecord> | null {
  return tlsa?.lookup.ok === true ? tlsa.lookup.facts : null;
}

/** Compares the TLSA records of an endpoint with what one address showed; null: with nothing. `now` as in `TlsaQuestion`. */
export function compareTlsa(
  { endpoint, tlsa }: EndpointObservation,
  session: AddressSession | null,
  now: number,
): TlsaMatch {
  const pkix = session?.tls?.pkix;
  return matchTlsa({
    records: tlsa?.lookup.ok === true ? tlsa.lookup.facts.records : [],
    chain: readChain(session?.tls?.chain ?? []),
    verifiedPath: pkix?.trusted === true ? readChain(pkix.path) : null,
    host: endpoint.host,
    policy: findServiceRow(endpoint.service, endpoint.tlsMode)?.tlsaPolicy ?? 'mua',
    now,
  });
}

/** Only validated records stop mail; records that nobody may believe are a warning. */
function grade(lookup: DnsLookup<TlsaRecord>, params: Params): Decision {
  const verdicts: Readonly<Record<DnsLookup<TlsaRecord>['dnssec']['state'], Verdict>> = {
    secure: 'crit',
    insecure: 'warn',
    indeterminate: 'warn',
    bogus: 'inconclusive',
  };
  return { verdict: verdicts[lookup.dnssec.state], params };
}

function describeDnssec({ dnssec }: DnsLookup<TlsaRecord>): string {
  return dnssec.state === 'indeterminate' ? `indeterminate: ${dnssec.why}` : dnssec.state;
}

function showOutcome(outcome: RecordOutcome): string {
  return `${showRecord(outcome.record)} ${outcome.kind === 'match' ? 'matches' : tlsaReasons[outcome.why]}`;
}

/** `3 1 1 0123456789abcdef…` */
function showRecord({ usage, selector, matchingType, data }: TlsaRecord): string {
  const shown = data.length > 16 ? `${data.slice(0, 16)}…` : data;
  return `${String(usage)} ${String(selector)} ${String(matchingType)} ${shown}`;
}

/** Why a record does not count, to follow the record in a sentence. */
export const tlsaReasons: Readonly<Record<Exclude<RecordOutcome, { kind: 'match' }>['why'], string>> = {
  usage: 'has an unknown usage',
  selector: 'has an unknown selector',
  'matching-type': 'has an unknown matching type',
  'digest-length': 'has a digest of the wrong length',
  data: 'cannot be decoded',
  policy: 'has a usage that does not count on port 25',
  'no-certificate': 'is of no certificate shown',
  pkix: 'is of a certificate shown, which is not trusted',
  path: 'is of a certificate that did not sign this one',
  dates: 'is of a CA, but a date in the chain does not fit',
  name: 'is of a CA or key shown, but the name is wrong',
};

function notValidatedNote(params: Params): string {
  return params.validated === true ? '' : ' (DNSSEC not validated)';
}

function dnssecNote(params: Params): string {
  return params.validated === true
    ? ''
    : ` Whether the records count at all is not known: their DNSSEC state is ${textParam(params, 'dnssec')}.`;
}
