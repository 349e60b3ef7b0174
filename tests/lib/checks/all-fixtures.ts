import { fixtures as addressDivergence } from './address-divergence/fixtures.ts';
import { fixtures as certificateChain } from './certificate-chain/fixtures.ts';
import { fixtures as certificateExpiry } from './certificate-expiry/fixtures.ts';
import { fixtures as certificateName } from './certificate-name/fixtures.ts';
import { fixtures as clock } from './clock/fixtures.ts';
import { fixtures as delegationSigner } from './delegation-signer/fixtures.ts';
import { fixtures as denial } from './denial/fixtures.ts';
import type { DomainFixtures, EndpointFixtures, ScanFixtures, ZoneFixtures } from './fixture.ts';
import { fixtures as mailDomain } from './mail-domain/fixtures.ts';
import { fixtures as mailRecordsSigned } from './mail-records-signed/fixtures.ts';
import { fixtures as mxSigned } from './mx-signed/fixtures.ts';
import { fixtures as notLookedAt } from './not-looked-at/fixtures.ts';
import { fixtures as nsec3Parameters } from './nsec3-parameters/fixtures.ts';
import { fixtures as plaintextPassword } from './plaintext-password/fixtures.ts';
import { fixtures as protocol } from './protocol/fixtures.ts';
import { fixtures as reachable } from './reachable/fixtures.ts';
import { fixtures as resolverOpinion } from './resolver-opinion/fixtures.ts';
import { fixtures as signatureExpiry } from './signature-expiry/fixtures.ts';
import { fixtures as signatureLifetime } from './signature-lifetime/fixtures.ts';
import { fixtures as signingAlgorithm } from './signing-algorithm/fixtures.ts';
import { fixtures as srvPreference } from './srv-preference/fixtures.ts';
import { fixtures as srvTarget } from './srv-target/fixtures.ts';
import { fixtures as starttls } from './starttls/fixtures.ts';
import { fixtures as tlsVersion } from './tls-version/fixtures.ts';
import { fixtures as tlsaMatch } from './tlsa-match/fixtures.ts';
import { fixtures as tlsaSigned } from './tlsa-signed/fixtures.ts';
import { fixtures as tlsaUpkeep } from './tlsa-upkeep/fixtures.ts';
import { fixtures as zoneBogus } from './zone-bogus/fixtures.ts';
import { fixtures as zoneConsistency } from './zone-consistency/fixtures.ts';
import { fixtures as zoneServers } from './zone-servers/fixtures.ts';

/** The fixtures of each check, by its id: a new check is a new folder and a line here. */
export const endpointFixtures: Readonly<Record<string, EndpointFixtures>> = {
  'address-divergence': addressDivergence,
  'certificate-chain': certificateChain,
  'certificate-expiry': certificateExpiry,
  'certificate-name': certificateName,
  'not-looked-at': notLookedAt,
  'plaintext-password': plaintextPassword,
  protocol,
  reachable,
  starttls,
  'tls-version': tlsVersion,
  'tlsa-match': tlsaMatch,
  'tlsa-signed': tlsaSigned,
  'tlsa-upkeep': tlsaUpkeep,
};

export const domainFixtures: Readonly<Record<string, DomainFixtures>> = {
  'mail-domain': mailDomain,
  'mx-signed': mxSigned,
  'srv-preference': srvPreference,
  'srv-target': srvTarget,
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

export const scanFixtures: Readonly<Record<string, ScanFixtures>> = {};
