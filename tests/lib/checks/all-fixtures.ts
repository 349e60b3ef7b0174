import { fixtures as addressDivergence } from './address-divergence/fixtures.ts';
import { fixtures as certificateChain } from './certificate-chain/fixtures.ts';
import { fixtures as certificateExpiry } from './certificate-expiry/fixtures.ts';
import { fixtures as certificateName } from './certificate-name/fixtures.ts';
import { fixtures as certificateNotReloaded } from './certificate-not-reloaded/fixtures.ts';
import { fixtures as certificateSrvId } from './certificate-srv-id/fixtures.ts';
import { fixtures as clientCertificateRequest } from './client-certificate-request/fixtures.ts';
import { fixtures as clientCommand } from './client-command/fixtures.ts';
import { fixtures as clientConfiguration } from './client-configuration/fixtures.ts';
import { fixtures as clock } from './clock/fixtures.ts';
import { fixtures as closeNotify } from './close-notify/fixtures.ts';
import { fixtures as deepStatus } from './deep-status/fixtures.ts';
import { fixtures as defaultCertificate } from './default-certificate/fixtures.ts';
import { fixtures as delegationSigner } from './delegation-signer/fixtures.ts';
import { fixtures as denial } from './denial/fixtures.ts';
import type {
  DomainFixtures,
  EndpointFixtures,
  MessageFixtures,
  ScanFixtures,
  SelfFixtures,
  ZoneFixtures,
} from './fixture.ts';
import { fixtures as earlyCommands } from './early-commands/fixtures.ts';
import { fixtures as externalLogin } from './external-login/fixtures.ts';
import { fixtures as frontAndBackend } from './front-and-backend/fixtures.ts';
import { fixtures as inventory } from './inventory/fixtures.ts';
import { fixtures as latchFailureSpike } from './latch-failure-spike/fixtures.ts';
import { fixtures as lostAfterChange } from './lost-after-change/fixtures.ts';
import { fixtures as mailDomain } from './mail-domain/fixtures.ts';
import { fixtures as mailRecordsSigned } from './mail-records-signed/fixtures.ts';
import { fixtures as mixedBackends } from './mixed-backends/fixtures.ts';
import { fixtures as mtaSts } from './mta-sts/fixtures.ts';
import { fixtures as mxProtection } from './mx-protection/fixtures.ts';
import { fixtures as mxSigned } from './mx-signed/fixtures.ts';
import { fixtures as negotiatedCipher } from './negotiated-cipher/fixtures.ts';
import { fixtures as notLookedAt } from './not-looked-at/fixtures.ts';
import { fixtures as nsec3Parameters } from './nsec3-parameters/fixtures.ts';
import { fixtures as offeredTlsVersions } from './offered-tls-versions/fixtures.ts';
import { fixtures as otherCertificate } from './other-certificate/fixtures.ts';
import { fixtures as ownNetwork } from './own-network/fixtures.ts';
import { fixtures as plaintextPassword } from './plaintext-password/fixtures.ts';
import { fixtures as preauthenticated } from './preauthenticated/fixtures.ts';
import { fixtures as protocol } from './protocol/fixtures.ts';
import { fixtures as reachable } from './reachable/fixtures.ts';
import { fixtures as reportedSessions } from './reported-sessions/fixtures.ts';
import { fixtures as resolverOpinion } from './resolver-opinion/fixtures.ts';
import { fixtures as signatureExpiry } from './signature-expiry/fixtures.ts';
import { fixtures as signatureLifetime } from './signature-lifetime/fixtures.ts';
import { fixtures as signingAlgorithm } from './signing-algorithm/fixtures.ts';
import { fixtures as smtpAuthentication } from './smtp-authentication/fixtures.ts';
import { fixtures as srvDrift } from './srv-drift/fixtures.ts';
import { fixtures as srvPreference } from './srv-preference/fixtures.ts';
import { fixtures as srvTarget } from './srv-target/fixtures.ts';
import { fixtures as starttls } from './starttls/fixtures.ts';
import { fixtures as statusUrl } from './status-url/fixtures.ts';
import { fixtures as submissionService } from './submission-service/fixtures.ts';
import { fixtures as testMessage } from './test-message/fixtures.ts';
import { fixtures as tagProof } from './tag-proof/fixtures.ts';
import { fixtures as tagWithdrawn } from './tag-withdrawn/fixtures.ts';
import { fixtures as tlsRpt } from './tls-rpt/fixtures.ts';
import { fixtures as tlsVersion } from './tls-version/fixtures.ts';
import { fixtures as tlsaMatch } from './tlsa-match/fixtures.ts';
import { fixtures as tlsaSigned } from './tlsa-signed/fixtures.ts';
import { fixtures as tlsaUpkeep } from './tlsa-upkeep/fixtures.ts';
import { fixtures as unexpectedChange } from './unexpected-change/fixtures.ts';
import { fixtures as weakCipherSuites } from './weak-cipher-suites/fixtures.ts';
import { fixtures as zoneBogus } from './zone-bogus/fixtures.ts';
import { fixtures as zoneConsistency } from './zone-consistency/fixtures.ts';
import { fixtures as zoneServers } from './zone-servers/fixtures.ts';

/** The fixtures of each check, by its id: a new check is a new folder and a line here. */
export const endpointFixtures: Readonly<Record<string, EndpointFixtures>> = {
  'address-divergence': addressDivergence,
  'certificate-chain': certificateChain,
  'certificate-expiry': certificateExpiry,
  'certificate-name': certificateName,
  'deep-status': deepStatus,
  'external-login': externalLogin,
  'front-and-backend': frontAndBackend,
  'not-looked-at': notLookedAt,
  'plaintext-password': plaintextPassword,
  preauthenticated,
  protocol,
  reachable,
  'smtp-authentication': smtpAuthentication,
  starttls,
  'tag-proof': tagProof,
  'tag-withdrawn': tagWithdrawn,
  'latch-failure-spike': latchFailureSpike,
  'lost-after-change': lostAfterChange,
  'reported-sessions': reportedSessions,
  'unexpected-change': unexpectedChange,
  'tls-version': tlsVersion,
  'tlsa-match': tlsaMatch,
  'tlsa-signed': tlsaSigned,
  'tlsa-upkeep': tlsaUpkeep,
};

export const domainFixtures: Readonly<Record<string, DomainFixtures>> = {
  'client-configuration': clientConfiguration,
  inventory,
  'mail-domain': mailDomain,
  'mta-sts': mtaSts,
  'mx-protection': mxProtection,
  'mx-signed': mxSigned,
  'srv-drift': srvDrift,
  'srv-preference': srvPreference,
  'srv-target': srvTarget,
  'submission-service': submissionService,
  'tls-rpt': tlsRpt,
};

export const zoneFixtures: Readonly<Record<string, ZoneFixtures>> = {
  clock,
  'delegation-signer': delegationSigner,
  denial,
  'mail-records-signed': mailRecordsSigned,
  'nsec3-parameters': nsec3Parameters,
  'resolver-opinion': resolverOpinion,
  'signature-expiry': signatureExpiry,
  'signature-lifetime': signatureLifetime,
  'signing-algorithm': signingAlgorithm,
  'zone-bogus': zoneBogus,
  'zone-consistency': zoneConsistency,
  'zone-servers': zoneServers,
};

export const scanFixtures: Readonly<Record<string, ScanFixtures>> = {
  'certificate-not-reloaded': certificateNotReloaded,
  'certificate-srv-id': certificateSrvId,
  'client-certificate-request': clientCertificateRequest,
  'client-command': clientCommand,
  'close-notify': closeNotify,
  'default-certificate': defaultCertificate,
  'early-commands': earlyCommands,
  'mixed-backends': mixedBackends,
  'negotiated-cipher': negotiatedCipher,
  'offered-tls-versions': offeredTlsVersions,
  'other-certificate': otherCertificate,
  'status-url': statusUrl,
  'weak-cipher-suites': weakCipherSuites,
};

export const messageFixtures: Readonly<Record<string, MessageFixtures>> = { 'test-message': testMessage };

export const selfFixtures: Readonly<Record<string, SelfFixtures>> = { 'own-network': ownNetwork };
