import type { ZoneObservation } from '../model/zone-observation.ts';
import type { ZoneCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { decideByPack, judgeWholeZone, passed, undecided } from './decision.ts';
import { listParam } from './wording.ts';
import { authoritativeAnswers, isUnsigned, ownLink } from './zone-view.ts';
import { zoneParam } from './zone-wording.ts';

/** Algorithms not to sign with (RFC 8624 section 3.1, RFC 9905). `dead`: validators treat them as if there were no signature. */
const retired: ReadonlyMap<number, { readonly mnemonic: string; readonly dead: boolean }> = new Map([
  [1, { mnemonic: 'RSAMD5', dead: true }],
  [3, { mnemonic: 'DSA', dead: true }],
  [5, { mnemonic: 'RSASHA1', dead: false }],
  [6, { mnemonic: 'DSA-NSEC3-SHA1', dead: true }],
  [7, { mnemonic: 'RSASHA1-NSEC3-SHA1', dead: false }],
  [12, { mnemonic: 'ECC-GOST', dead: true }],
]);
const sha1Digest = 1;

/** Whether a zone is signed with algorithms that validators still accept. */
export const signingAlgorithm: ZoneCheck = {
  id: 'signing-algorithm',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'algorithm-retired',
      summary: 'A zone is signed with a retired algorithm, or its DS records have SHA-1 digests only',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'RFC 8624 section 3',
        'RFC 9905',
        'checklist row 4',
        'checklist row 6',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${zoneParam(params)} is signed with a retired algorithm`,
        expected: 'Keys of algorithm 13 (ECDSA P-256), 15 (Ed25519) or 8 (RSA with SHA-256), and DS digests of type 2',
        got: listParam(params, 'uses'),
        meaning:
          params.dead === true
            ? 'Validators treat the zone as unsigned: its TLSA records protect nobody.'
            : 'Some validators already refuse SHA-1 and treat the zone as unsigned; more will. DANE then protects nobody.',
        fix: 'Roll the keys to algorithm 13 (RFC 6781 section 4.1.4), and have DS records with SHA-256 digests published.',
      }),
    },
  ],
  judge: (observation) => judgeWholeZone(observation, { 'algorithm-retired': decide(observation) }),
};

function decide(observation: ZoneObservation): Decision {
  const link = ownLink(observation);
  const published = authoritativeAnswers(observation)
    .filter(({ question }) => question.type === 'DNSKEY' && question.name === observation.zone)
    .flatMap(({ facts }) => facts.records.map((record) => Number(record.split(' ')[2])));
  const ofKeys = [...published, ...(link?.keys ?? []).map(({ algorithm }) => algorithm)];
  const ofDs = (link?.ds ?? []).map(({ algorithm }) => algorithm);
  const used = [...new Set([...ofKeys, ...ofDs])];
  if (used.length === 0) return isUnsigned(observation) ? passed : undecided;
  const uses = used.flatMap((algorithm) => {
    const found = retired.get(algorithm);
    return found === undefined ? [] : [`algorithm ${String(algorithm)} (${found.mnemonic})`];
  });
  const digests = (link?.ds ?? []).map(({ digestType }) => digestType);
  if (digests.length > 0 && digests.every((type) => type === sha1Digest))
    uses.push('DS digests of type 1 (SHA-1) only');
  if (uses.length === 0) return passed;
  // DS records decide what validators expect; an island has none.
  const dead = (ofDs.length > 0 ? ofDs : ofKeys).every((algorithm) => retired.get(algorithm)?.dead === true);
  // In 2015 every validator had SHA-1 (RFC 6944); what none has any more cannot be verified by either pack.
  const packs = dead ? ({ draft: 'fail', current: 'fail' } as const) : ({ draft: 'pass', current: 'warn' } as const);
  return decideByPack(packs, { uses, dead });
}
