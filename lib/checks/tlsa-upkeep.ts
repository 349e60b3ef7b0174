import type { RecordOutcome } from '../dane/match.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeWholeEndpoint, passed, undecided } from './decision.ts';
import { compareTlsa, readTlsaLookup, recordsToPublish, sawAllChains, shownChains, showRecord } from './tlsa-facts.ts';
import { standingOf } from './standing.ts';
import { compareRecords } from './tlsa-records.ts';
import { hostParam, listParam, showTime, textParam } from './wording.ts';

/** More records than this make some senders fail over the size of the answer. */
const mostRecords = 12;
const keyRefs = ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 3'];

type Code = 'tlsa-absent' | 'tlsa-single' | 'tlsa-too-many' | 'tlsa-orphan' | 'tlsa-pins-intermediate';

/** How TLSA records that work today are kept so that they work tomorrow (RFC 7671 section 8). */
export const tlsaUpkeep: EndpointCheck = {
  id: 'tlsa-upkeep',
  subject: 'endpoint',
  findings: [
    {
      code: 'tlsa-absent',
      summary: 'A host in a signed zone has no TLSA records',
      refs: ['draft-ietf-uta-email-deep-00 section 10.4.3', 'checklist row 20', 'RFC 8314 section 4.5.4'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} has no TLSA record, although its zone is signed`,
        expected: `TLSA records at ${textParam(params, 'owner')}`,
        got: 'The proven answer that there are none',
        meaning: 'Nobody can tell by DNS which certificate belongs to this server. Nothing fails because of it.',
        fix: `Publish ${listParam(params, 'publish')}, for as long as the server keeps its key.`,
      }),
    },
    {
      code: 'tlsa-single',
      summary: 'Only one TLSA record can match',
      refs: [...keyRefs, 'RFC 7671 section 8.1'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} has a single TLSA record`,
        expected: `A record of the key in use and one of the next key, or of a CA, at ${textParam(params, 'owner')}`,
        got: textParam(params, 'record'),
        meaning: 'All is well until the key has to change in a hurry: then nothing matches until caches have expired.',
        fix: 'Make the next key now, keep it off the server, and publish its 3 1 1 record beside the present one.',
      }),
    },
    {
      code: 'tlsa-too-many',
      summary: 'More TLSA records than senders cope with',
      refs: [...keyRefs, 'RFC 7671 section 10.1'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} has ${textParam(params, 'count')} TLSA records`,
        expected: `At most ${String(mostRecords)} records at ${textParam(params, 'owner')}`,
        got: textParam(params, 'count'),
        meaning: 'The answer no longer fits into one packet, and some large senders give up on it and defer mail.',
        fix: 'Keep one record for each key in use and one for the next key, and remove the others.',
      }),
    },
    {
      code: 'tlsa-orphan',
      summary: 'TLSA records that have matched nothing for a long time',
      refs: [...keyRefs, 'RFC 7671 section 8.1'],
      confirmations: 1,
      text: (params) => ({
        title: `Old TLSA records of ${hostParam(params)} match no certificate`,
        expected: `Records at ${textParam(params, 'owner')} of keys in use, or of the next key for at most 90 days`,
        got: listParam(params, 'orphans'),
        meaning:
          'Whoever has the key that belongs to such a record can still pass for this server. If the key is an old one, ' +
          'it may be on disks and in backups that nobody watches any more.',
        fix: 'Remove the records, unless they are of a key that waits for its turn on purpose.',
      }),
    },
    {
      code: 'tlsa-pins-intermediate',
      summary: 'A TLSA record depends on an intermediate CA certificate',
      refs: [...keyRefs, 'RFC 7671 section 5.2', 'RFC 7671 section 5.4'],
      confirmations: 1,
      text: (params) => ({
        title: `TLSA of ${hostParam(params)} depends on an intermediate CA${params.only === true ? ' alone' : ''}`,
        expected: 'A record of the server key (3 1 1), alone or beside that of a CA',
        got: listParam(params, 'pins'),
        meaning:
          'A CA changes its intermediate certificates without asking and may sign the next renewal with another one. ' +
          `From that moment ${params.only === true ? 'no record matches, and senders that check DANE hold back mail' : 'this record matches nothing, and the others have to carry it'}.`,
        fix: 'Publish the 3 1 1 record of the server key and renew with the same key, or watch what the CA announces.',
      }),
    },
  ],
  judge: (observation, context) => judgeWholeEndpoint(observation, judgeRecords(observation, context)),
};

function judgeRecords(observation: EndpointObservation, context: JudgeContext): Decisions<Code> {
  const all = (decision: Decision): Decisions<Code> => ({
    ...{ 'tlsa-absent': decision, 'tlsa-single': decision, 'tlsa-too-many': decision },
    ...{ 'tlsa-orphan': decision, 'tlsa-pins-intermediate': decision },
  });
  const lookup = readTlsaLookup(observation);
  if (lookup === null || lookup.dnssec.state === 'bogus') return all(undecided);
  const { records, dnssec } = lookup;
  const owner = observation.tlsa?.owner ?? '';
  if (records.length === 0) {
    // What is not signed has no use for TLSA records: they must not be published there.
    if (dnssec.state !== 'secure') return all(passed);
    const publish = recordsToPublish(observation).map((record) => `TLSA ${record}`);
    const params = { owner, publish: publish.length === 0 ? ['the 3 1 1 record of the server key'] : publish };
    return { ...all(passed), 'tlsa-absent': { verdict: 'info', params } };
  }
  // Records that nobody believes: `tlsa-unsigned` says so, and the rest does not matter yet.
  if (dnssec.state === 'insecure') return all(passed);

  const usable = compareTlsa(observation, null, context.now).outcomes.filter(({ kind }) => kind !== 'unusable');
  const [first, ...more] = usable;
  return {
    'tlsa-absent': passed,
    'tlsa-single':
      first !== undefined && more.length === 0
        ? { verdict: 'info', params: { owner, record: showRecord(first.record) } }
        : passed,
    'tlsa-too-many':
      records.length > mostRecords ? { verdict: 'warn', params: { owner, count: records.length } } : passed,
    'tlsa-orphan': judgeOrphans(observation, context),
    'tlsa-pins-intermediate': judgePins(observation, context),
  };
}

function judgeOrphans(observation: EndpointObservation, context: JudgeContext): Decision {
  const { endpoint, sessions, tlsa } = observation;
  const compared = compareRecords(observation, context);
  if (compared.every(({ at }) => at.length === 0)) return undecided;
  // Where nothing matches at all, `tlsa-mismatch` has more to say.
  if (!compared.some(({ standing }) => standing.kind === 'matched')) return passed;
  const orphans = compared.flatMap(({ record, standing }) =>
    standing.kind === 'orphan' && standing.ageMs !== null
      ? [`${showRecord(record)}, unmatched since ${showTime(context.now - standing.ageMs)}`]
      : [],
  );
  if (orphans.length === 0) return passed;
  // It may be the record of an address that could not be looked at.
  const sawAll = sessions.every((session) => standingOf(endpoint, session) === 'seen' && sawAllChains(session));
  return sawAll ? { verdict: 'warn', params: { owner: tlsa?.owner ?? '', orphans } } : undecided;
}

function judgePins(observation: EndpointObservation, { now }: JudgeContext): Decision {
  const matches = observation.sessions.flatMap(shownChains).map(({ tls }) => compareTlsa(observation, tls, now));
  if (matches.length === 0) return undecided;
  const pins = new Map<string, string>();
  let only = false;
  for (const match of matches) {
    const pinning = match.outcomes.filter(pinsIntermediate);
    for (const { record, certificate } of pinning) {
      const text = showRecord(record);
      pins.set(text, `${text} is of ${certificate.subject.slice(0, 60)}`);
    }
    const others = match.outcomes.filter((outcome) => outcome.kind === 'match' && !pinsIntermediate(outcome));
    only ||= pinning.length > 0 && others.length === 0;
  }
  if (pins.size === 0) return passed;
  return { verdict: only ? 'warn' : 'info', params: { pins: [...pins.values()], only } };
}

/** A root is made to stay; of a bare key nobody knows whose it is. */
function pinsIntermediate(outcome: RecordOutcome): outcome is Extract<RecordOutcome, { kind: 'match' }> {
  if (outcome.kind !== 'match' || (outcome.record.usage !== 0 && outcome.record.usage !== 2)) return false;
  const isBareKey = outcome.place === 'record' && outcome.record.selector === 1;
  return !isBareKey && !outcome.certificate.isSelfIssued;
}
