import type { Judgement, Params } from '../model/finding.ts';
import type { DomainObservation, EndpointObservation } from '../model/observation.ts';
import type { ScanObservation } from '../model/scan-observation.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import { addressDivergence } from './address-divergence.ts';
import { certificateChain } from './certificate-chain.ts';
import { certificateExpiry } from './certificate-expiry.ts';
import { certificateName } from './certificate-name.ts';
import type {
  DomainCheck,
  EndpointCheck,
  FindingDefinition,
  FindingText,
  JudgeContext,
  ScanCheck,
  ZoneCheck,
} from './check.ts';
import { clock } from './clock.ts';
import { delegationSigner } from './delegation-signer.ts';
import { denial } from './denial.ts';
import { mailDomain } from './mail-domain.ts';
import { mailRecordsSigned } from './mail-records-signed.ts';
import { mxSigned } from './mx-signed.ts';
import { notLookedAt } from './not-looked-at.ts';
import { nsec3Parameters } from './nsec3-parameters.ts';
import { plaintextPassword } from './plaintext-password.ts';
import { protocol } from './protocol.ts';
import { reachable } from './reachable.ts';
import { resolverOpinion } from './resolver-opinion.ts';
import { signatureExpiry } from './signature-expiry.ts';
import { signatureLifetime } from './signature-lifetime.ts';
import { signingAlgorithm } from './signing-algorithm.ts';
import { srvPreference } from './srv-preference.ts';
import { srvTarget } from './srv-target.ts';
import { starttls } from './starttls.ts';
import { tlsVersion } from './tls-version.ts';
import { tlsaMatch } from './tlsa-match.ts';
import { tlsaSigned } from './tlsa-signed.ts';
import { tlsaUpkeep } from './tlsa-upkeep.ts';
import { holdJudgement, withholdDates } from './trusted-clock.ts';
import { showText } from './wording.ts';
import { zoneBogus } from './zone-bogus.ts';
import { zoneConsistency } from './zone-consistency.ts';
import { zoneServers } from './zone-servers.ts';

/** Every check of an endpoint: adding one is adding its file and its line here. */
export const endpointChecks: readonly EndpointCheck[] = [
  reachable,
  notLookedAt,
  protocol,
  starttls,
  plaintextPassword,
  tlsVersion,
  certificateExpiry,
  certificateChain,
  certificateName,
  tlsaSigned,
  tlsaMatch,
  tlsaUpkeep,
  addressDivergence,
];

/** Every check of a mail domain. */
export const domainChecks: readonly DomainCheck[] = [mailDomain, mxSigned, srvTarget, srvPreference];

/** Every check of a DNS zone. */
export const zoneChecks: readonly ZoneCheck[] = [
  clock,
  zoneBogus,
  zoneServers,
  zoneConsistency,
  signatureExpiry,
  signatureLifetime,
  delegationSigner,
  signingAlgorithm,
  nsec3Parameters,
  denial,
  mailRecordsSigned,
  resolverOpinion,
];

/** Every check of a deep scan. */
export const scanChecks: readonly ScanCheck[] = [];

export const allFindings: readonly FindingDefinition[] = [
  ...endpointChecks,
  ...domainChecks,
  ...zoneChecks,
  ...scanChecks,
].flatMap((check) => check.findings);

const definitions = new Map(allFindings.map((finding) => [finding.code, finding]));

/** Judges one endpoint by every check. A function of what was seen and of the time: dated facts change on their own. */
export function judgeEndpoint(observation: EndpointObservation, context: JudgeContext): readonly Judgement[] {
  return endpointChecks.flatMap((check) => check.judge(observation, context));
}

/** Judges one mail domain by every check. */
export function judgeDomain(observation: DomainObservation, context: JudgeContext): readonly Judgement[] {
  return domainChecks.flatMap((check) => check.judge(observation, context));
}

/** Judges a deep scan of one endpoint by every check. */
export function judgeScan(observation: ScanObservation, context: JudgeContext): readonly Judgement[] {
  return scanChecks.flatMap((check) => check.judge(observation, context));
}

/**
 * Judges one DNS zone by every check. While our clock is not to be trusted, nothing is said that hangs on a date: what
 * was bogus by its dates counts as not seen, and checks of dates hold.
 */
export function judgeZone(observation: ZoneObservation, context: JudgeContext): readonly Judgement[] {
  if (observation.clock.trusted) return zoneChecks.flatMap((check) => check.judge(observation, context));
  const dateless = withholdDates(observation);
  return zoneChecks.flatMap((check) => {
    const judgements = check.judge(dateless, context);
    return check.needsClock ? judgements.map(holdJudgement) : judgements;
  });
}

/** The definition of a code; undefined for one that this version does not know. */
export function findFinding(code: string): FindingDefinition | undefined {
  return definitions.get(code);
}

const longestTitle = 120;

/**
 * The wording of a finding from its code and stored parameters. Holds no time relative to now, so a stored finding stays
 * true. A code that this version does not know gets a general text: history is never unreadable.
 */
export function describeFinding(finding: { readonly code: string; readonly params: Params }): FindingText {
  const definition = findFinding(finding.code);
  if (definition === undefined) {
    return {
      title: `Finding ${showText(finding.code, 60)}`,
      expected: 'Not described in this version of Latchwatch',
      got: showText(JSON.stringify(finding.params), 300),
      meaning: 'Another version of Latchwatch recorded this finding.',
      fix: 'Look it up in the version that recorded it.',
    };
  }
  const text = definition.text(finding.params);
  return { ...text, title: showText(text.title, longestTitle) };
}
