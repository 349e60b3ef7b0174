import type { Params } from '../model/finding.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import { compareDelegation } from './compare-delegation.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, superseded, undecided } from './decision.ts';
import { listParam, textParam } from './wording.ts';
import { allAnswered, authoritativeAnswers, ownLink } from './zone-view.ts';
import { mostLines, zoneParam } from './zone-wording.ts';

const refs = ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 6'];

/** Whether the DS records at the parent and the keys of the zone belong together. */
export const delegationSigner: ZoneCheck = {
  id: 'delegation-signer',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'ds-without-key',
      summary: 'A DS record at the parent leads to no key of the zone',
      refs: [...refs, 'RFC 4035 section 2.4', 'RFC 6781 section 4.3.3'],
      confirmations: 1,
      text: (params) => ({
        title: `A DS record of ${zoneParam(params)} leads to no key of the zone`,
        expected: 'A key in the zone for every DS record at its parent',
        got: listParam(params, 'ds', 160),
        meaning:
          'Nothing fails now, since another DS record fits. But whoever holds the lost key could sign the zone, and ' +
          'nothing is left if the other key is taken away as well.',
        fix:
          'If you are not in the middle of a key rollover, have this DS record removed at the registrar. If you are, ' +
          'publish the key before the old one goes.',
      }),
    },
    {
      code: 'cds-differs',
      summary: 'CDS or CDNSKEY records of a zone do not fit its DS records, its keys, or each other',
      refs: [...refs, 'RFC 7344 section 4.1', 'RFC 8078 section 4'],
      confirmations: 1,
      text: (params) => ({
        title: `${cdsTitle(params)} ${zoneParam(params)}`,
        expected:
          'The same CDS and CDNSKEY records at every server, for keys of the zone, and DS records that follow them',
        got: `${listParam(params, 'lines', 160)}${cdsAtParent(params)}`,
        ...cdsAdvice(params),
      }),
    },
    {
      code: 'island',
      summary: 'A zone is signed, but no chain of trust leads to it',
      refs: [...refs, 'draft-ietf-uta-email-deep-00 section 10.4.3', 'RFC 4033 section 2', 'checklist row 22'],
      confirmations: 1,
      text: (params) => ({
        title: `${zoneParam(params)} is signed, but nobody can check it`,
        expected: `A DS record for ${textParam(params, 'provenAt')} at its parent`,
        got: `DNSKEY records in the zone, and a proof that ${textParam(params, 'provenAt')} has no DS record`,
        meaning:
          params.hasTlsa === true
            ? 'The TLSA records of the zone count for nobody: servers that check DANE ignore them, and the mail that they ' +
              'should protect can be read on its way.'
            : 'The signatures cost work and protect nobody.',
        fix: 'Have the DS record published by the registrar. Test that every name server answers with signatures first.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeZone(observation, {
      'ds-without-key': judgeDs(observation),
      'cds-differs': judgeCds(observation),
      island: judgeIsland(observation),
    }),
};

function judgeDs(observation: ZoneObservation): Decision {
  const link = ownLink(observation);
  if (link === null || link.state.state === 'indeterminate') return undecided;
  const orphans = link.ds.filter(({ status }) => status === 'no-key' || status === 'digest-mismatch');
  if (orphans.length === 0) return passed;
  // With none that fits, the zone is bogus, and that is what is told.
  if (!link.ds.some(({ status }) => status === 'match')) return superseded;
  const ds = orphans.map(({ keyTag, algorithm, digestType, status }) => {
    const fault = status === 'no-key' ? `no DNSKEY with tag ${String(keyTag)}` : 'its digest is of another key';
    return `DS ${String(keyTag)} ${String(algorithm)} ${String(digestType)}: ${fault}`;
  });
  return { verdict: 'warn', params: { ds: ds.slice(0, mostLines) } };
}

function judgeCds(observation: ZoneObservation): Decision {
  const wish = compareDelegation(observation);
  switch (wish.kind) {
    case 'agreed':
      return passed;
    case 'unseen':
      return undecided;
    case 'servers-disagree':
    case 'no-such-key':
      return { verdict: 'warn', params: { kind: wish.kind, lines: wish.lines.slice(0, mostLines) } };
    case 'delete':
      return { verdict: 'info', params: { kind: wish.kind, lines: wish.lines.slice(0, mostLines) } };
    case 'parent-behind':
      return {
        verdict: 'info',
        params: { kind: wish.kind, lines: wish.lines.slice(0, mostLines), ds: wish.ds.slice(0, mostLines) },
      };
  }
}

function judgeIsland(observation: ZoneObservation): Decision {
  const { zone, validations } = observation;
  const apex = validations.find(({ name, type }) => name === zone && type === 'DNSKEY') ?? validations[0];
  if (apex === undefined || apex.result.state === 'indeterminate') return undecided;
  if (apex.result.state !== 'insecure') return passed;
  const { reason, provenAt } = apex.result;
  if (reason !== 'no-ds' && reason !== 'opt-out') return passed;
  const answers = authoritativeAnswers(observation);
  const has = (type: string) =>
    answers.some(({ question, facts }) => question.type === type && facts.records.length > 0);
  if (!has('DNSKEY')) return allAnswered(observation) ? passed : undecided;
  return { verdict: has('TLSA') ? 'warn' : 'info', params: { provenAt, hasTlsa: has('TLSA') } };
}

function cdsTitle({ kind }: Params): string {
  switch (kind) {
    case 'servers-disagree':
      return 'Name servers disagree on the CDS records of';
    case 'no-such-key':
      return 'CDS records name no key of';
    case 'delete':
      return 'CDS records ask for the end of DNSSEC of';
    default:
      return 'The parent has not followed the CDS records of';
  }
}

function cdsAtParent(params: Params): string {
  return params.kind === 'parent-behind' ? `; DS records at the parent: ${listParam(params, 'ds')}` : '';
}

function cdsAdvice({ kind }: Params): { readonly meaning: string; readonly fix: string } {
  switch (kind) {
    case 'servers-disagree':
      return {
        meaning:
          'A parent that acts on CDS records waits until all servers say the same, so a key rollover stands still.',
        fix: 'Have every server fetch the zone anew. Providers that share a zone must publish the records of each other.',
      };
    case 'no-such-key':
      return {
        meaning:
          'A parent that follows these records breaks the chain of trust, and the names of the zone are gone for everybody ' +
          'behind a validating resolver.',
        fix: 'Correct or remove the CDS and CDNSKEY records at once, before the parent reads them.',
      };
    case 'delete':
      return {
        meaning: 'Once the parent follows, the zone counts as unsigned and its TLSA records protect nobody.',
        fix: 'If that is not what you want, remove these CDS and CDNSKEY records at once.',
      };
    default:
      return {
        meaning: 'A key rollover, or the first DS record, waits for the parent. Nothing fails meanwhile.',
        fix:
          'Keep the old key until the parent has followed and the TTL of the old DS records has passed. If the registrar ' +
          'does not read CDS records, give it the new DS records by hand.',
      };
  }
}
