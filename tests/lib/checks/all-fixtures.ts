import { fixtures as addressDivergence } from './address-divergence/fixtures.ts';
import { fixtures as certificateChain } from './certificate-chain/fixtures.ts';
import { fixtures as certificateExpiry } from './certificate-expiry/fixtures.ts';
import { fixtures as certificateName } from './certificate-name/fixtures.ts';
import type { DomainFixtures, EndpointFixtures } from './fixture.ts';
import { fixtures as mailDomain } from './mail-domain/fixtures.ts';
import { fixtures as notLookedAt } from './not-looked-at/fixtures.ts';
import { fixtures as plaintextPassword } from './plaintext-password/fixtures.ts';
import { fixtures as protocol } from './protocol/fixtures.ts';
import { fixtures as reachable } from './reachable/fixtures.ts';
import { fixtures as srvPreference } from './srv-preference/fixtures.ts';
import { fixtures as srvTarget } from './srv-target/fixtures.ts';
import { fixtures as starttls } from './starttls/fixtures.ts';
import { fixtures as tlsVersion } from './tls-version/fixtures.ts';
import { fixtures as tlsaMatch } from './tlsa-match/fixtures.ts';

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
};

export const domainFixtures: Readonly<Record<string, DomainFixtures>> = {
  'mail-domain': mailDomain,
  'srv-preference': srvPreference,
  'srv-target': srvTarget,
};
