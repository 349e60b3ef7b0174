import type { Judgement, Params } from '../model/finding.ts';
import type { MessageObservation } from '../model/message-observation.ts';
import type { DomainObservation, EndpointObservation } from '../model/observation.ts';
import type { ScanObservation } from '../model/scan-observation.ts';
import type { SelfObservation } from '../model/self-observation.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import { addressDivergence } from './address-divergence.ts';
import { certificateChain } from './certificate-chain.ts';
import { certificateExpiry } from './certificate-expiry.ts';
import { certificateName } from './certificate-name.ts';
import { certificateNotReloaded } from './certificate-not-reloaded.ts';
import { certificateSrvId } from './certificate-srv-id.ts';
import type {
  DomainCheck,
  EndpointCheck,
  FindingDefinition,
  FindingText,
  JudgeContext,
  MessageCheck,
  ScanCheck,
  SelfCheck,
  ZoneCheck,
} from './check.ts';
import { clientCertificateRequest } from './client-certificate-request.ts';
import { clientCommand } from './client-command.ts';
import { clientConfiguration } from './client-configuration.ts';
import { clock } from './clock.ts';
import { closeNotify } from './close-notify.ts';
import { deepStatus } from './deep-status.ts';
import { defaultCertificate } from './default-certificate.ts';
import { delegationSigner } from './delegation-signer.ts';
import { denial } from './denial.ts';
import { earlyCommands } from './early-commands.ts';
import { externalLogin } from './external-login.ts';
import { frontAndBackend } from './front-and-backend.ts';
import { holdMixed } from './hold-mixed.ts';
import { inventory } from './inventory.ts';
import { latchFailureSpike } from './latch-failure-spike.ts';
import { lostAfterChange } from './lost-after-change.ts';
import { mailDomain } from './mail-domain.ts';
import { mailRecordsSigned } from './mail-records-signed.ts';
import { mixedBackends } from './mixed-backends.ts';
import { mtaSts } from './mta-sts.ts';
import { mxProtection } from './mx-protection.ts';
import { mxSigned } from './mx-signed.ts';
import { negotiatedCipher } from './negotiated-cipher.ts';
import { notLookedAt } from './not-looked-at.ts';
import { nsec3Parameters } from './nsec3-parameters.ts';
import { offeredTlsVersions } from './offered-tls-versions.ts';
import { otherCertificate } from './other-certificate.ts';
import { ownNetwork } from './own-network.ts';
import { plaintextPassword } from './plaintext-password.ts';
import { preauthenticated } from './preauthenticated.ts';
import { protocol } from './protocol.ts';
import { reachable } from './reachable.ts';
import { reportedSessions } from './reported-sessions.ts';
import { resolverOpinion } from './resolver-opinion.ts';
import { signatureExpiry } from './signature-expiry.ts';
import { signatureLifetime } from './signature-lifetime.ts';
import { signingAlgorithm } from './signing-algorithm.ts';
import { smtpAuthentication } from './smtp-authentication.ts';
import { srvDrift } from './srv-drift.ts';
import { srvPreference } from './srv-preference.ts';
import { srvTarget } from './srv-target.ts';
import { starttls } from './starttls.ts';
import { statusUrl } from './status-url.ts';
import { submissionService } from './submission-service.ts';
import { tagProof } from './tag-proof.ts';
import { tagWithdrawn } from './tag-withdrawn.ts';
import { testMessage } from './test-message.ts';
import { tlsRpt } from './tls-rpt.ts';
import { tlsVersion } from './tls-version.ts';
import { tlsaMatch } from './tlsa-match.ts';
import { tlsaSigned } from './tlsa-signed.ts';
import { tlsaUpkeep } from './tlsa-upkeep.ts';
import { holdJudgement, withholdDates } from './trusted-clock.ts';
import { unexpectedChange } from './unexpected-change.ts';
import { weakCipherSuites } from './weak-cipher-suites.ts';
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
  preauthenticated,
  smtpAuthentication,
  tlsVersion,
  certificateExpiry,
  certificateChain,
  certificateName,
  tlsaSigned,
  tlsaMatch,
  tlsaUpkeep,
  addressDivergence,
  lostAfterChange,
  unexpectedChange,
  deepStatus,
  tagProof,
  tagWithdrawn,
  externalLogin,
  frontAndBackend,
  latchFailureSpike,
  reportedSessions,
];

/** Every check of a mail domain. */
export const domainChecks: readonly DomainCheck[] = [
  mailDomain,
  mxSigned,
  mxProtection,
  mtaSts,
  tlsRpt,
  srvTarget,
  srvPreference,
  srvDrift,
  submissionService,
  clientConfiguration,
  inventory,
];

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
export const scanChecks: readonly ScanCheck[] = [
  offeredTlsVersions,
  negotiatedCipher,
  weakCipherSuites,
  defaultCertificate,
  otherCertificate,
  certificateNotReloaded,
  certificateSrvId,
  mixedBackends,
  clientCertificateRequest,
  closeNotify,
  earlyCommands,
  clientCommand,
  statusUrl,
];

/** Every check of a test message. */
export const messageChecks: readonly MessageCheck[] = [testMessage];

/** Every check of our own network. */
export const selfChecks: readonly SelfCheck[] = [ownNetwork];

export const allFindings: readonly FindingDefinition[] = [
  ...endpointChecks,
  ...domainChecks,
  ...zoneChecks,
  ...scanChecks,
  ...messageChecks,
  ...selfChecks,
].flatMap((check) => check.findings);

const definitions = new Map(allFindings.map((finding) => [finding.code, finding]));

/** Judges one endpoint by every check. A function of what was seen and of the time: dated facts change on their own. */
export function judgeEndpoint(observation: EndpointObservation, context: JudgeContext): readonly Judgement[] {
  const judgements = endpointChecks.flatMap((check) => check.judge(observation, context));
  return holdMixed(judgements, context.mixedAddresses);
}

/** What `judgeEndpoint` says of one code, by the checks alone that may find it. */
export function judgeEndpointCode(
  observation: EndpointObservation,
  { code, context }: { readonly code: string; readonly context: JudgeContext },
): readonly Judgement[] {
  const judgements = endpointChecks
    .filter(({ findings }) => findings.some((finding) => finding.code === code))
    .flatMap((check) => check.judge(observation, context))
    .filter((judgement) => judgement.code === code);
  return holdMixed(judgements, context.mixedAddresses);
}

/** Judges one mail domain by every check. */
export function judgeDomain(observation: DomainObservation, context: JudgeContext): readonly Judgement[] {
  return domainChecks.flatMap((check) => check.judge(observation, context));
}

/** Judges what became of a test message by every check. */
export function judgeMessage(observation: MessageObservation, context: JudgeContext): readonly Judgement[] {
  return messageChecks.flatMap((check) => check.judge(observation, context));
}

/** Judges our own network by every check. */
export function judgeSelf(observation: SelfObservation, context: JudgeContext): readonly Judgement[] {
  return selfChecks.flatMap((check) => check.judge(observation, context));
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
