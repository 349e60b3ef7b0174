import { chooseMatch, matchTlsa, type TlsaMatch } from '../dane/match.ts';
import {
  describeDnssec,
  readHandshake,
  readTlsaLookup,
  sawAllChains,
  showOutcome,
  shownChains,
  tlsaPolicyOf,
  type ShownChain,
} from '../checks/tlsa-facts.ts';
import { standingOf } from '../checks/standing.ts';
import { isClockInDoubt } from '../checks/trusted-clock.ts';
import { parseIpAddress } from '../model/ip-address.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { tlsVersions, type AddressScan, type TlsVersion } from '../model/scan-observation.ts';
import { matchHost } from '../x509/names.ts';
import { readChain } from '../x509/read-chain.ts';
import { strengthOfSuite } from './symmetric-strength.ts';
import type { ProvableTag } from './tags.ts';

/*
 * What a server proves, whether it promised it or not: each tag of draft section 11.2 against what one address showed.
 */

/** `why`: one sentence without a full stop, with text of strangers in it. */
export type Proof =
  | { readonly state: 'holds' }
  | { readonly state: 'broken'; readonly why: string }
  /** Nobody could look. */
  | { readonly state: 'unseen'; readonly why: string };

/** The same fact under both rule packs: the draft to the letter, and what is good practice today. */
export interface TagProof {
  readonly draft: Proof;
  readonly current: Proof;
}

export interface ProofQuestion {
  readonly observation: EndpointObservation;
  /** The address in question: one of those of the observation. */
  readonly session: AddressSession;
  /** Of the same address; null: no deep scan was made. It alone sees ciphers that today's libraries no longer have. */
  readonly scan: AddressScan | null;
  /** The name that certificates are judged by instead of the host; null: the host. */
  readonly serverName: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const holds: Proof = { state: 'holds' };
const broken = (why: string): Proof => ({ state: 'broken', why });
const unseen = (why: string): Proof => ({ state: 'unseen', why });
const both = (proof: Proof): TagProof => ({ draft: proof, current: proof });

/** Whether a deep scan can tell more than the probe: of addresses whose handshake came to nothing. */
export function needsScan({ sessions }: EndpointObservation): boolean {
  return sessions.some(({ tls, failure }) => tls === null && failure?.stage === 'handshake');
}

/** What one address of an endpoint proves. */
export function proveTags(question: ProofQuestion): Readonly<Record<ProvableTag, TagProof>> {
  const missing = whyNoTls(question);
  return {
    tls10: proveVersion(question, 'TLSv1', missing),
    tls12: proveVersion(question, 'TLSv1.2', missing),
    'tls-cert': both(missing ?? proveCertificate(question)),
    'tls-dane-tlsa': missing === null ? proveDane(question) : both(missing),
  };
}

/** Why there was no TLS to look at; null where there was. */
function whyNoTls({ observation, session }: ProofQuestion): Proof | null {
  const { tls, failure, starttls } = session;
  if (tls !== null) return null;
  if (standingOf(observation.endpoint, session) !== 'seen') return unseen('The address was not reached');
  const said = failure?.said === undefined ? '' : `: ${failure.said}`;
  if (starttls === 'not-advertised') return broken('The server offers no TLS');
  if (starttls === 'refused') return broken(`The server refuses to begin TLS${said}`);
  if (failure?.stage === 'handshake') return broken(`The TLS handshake fails${said}`);
  return unseen('The session ended before TLS');
}

/** tls10 and tls12: this version or a later one, with a symmetric key of at least 128 bits. */
function proveVersion({ session: { tls }, scan }: ProofQuestion, lowest: TlsVersion, missing: Proof | null): TagProof {
  if (tls !== null) return proveSuite({ version: tls.version, suite: tls.cipher, lowest });
  const proof = missing ?? unseen('The session ended before TLS');
  // A handshake that today's libraries cannot do, RC4 can still have made.
  const old = scan?.weakSuites.rc4;
  if (proof.state !== 'broken' || old?.outcome !== 'accepted') return both(proof);
  return proveSuite({ version: old.facts.version, suite: old.facts.name, lowest });
}

function proveSuite(suite: {
  readonly version: string;
  readonly suite: string;
  readonly lowest: TlsVersion;
}): TagProof {
  const version = tlsVersions.find((known) => known === suite.version);
  const shown = `${suite.version} with ${suite.suite}`;
  if (version === undefined || tlsVersions.indexOf(version) < tlsVersions.indexOf(suite.lowest)) {
    return both(broken(`The server reaches only ${shown}`));
  }
  switch (strengthOfSuite(suite.suite)) {
    case 'strong':
      return both(holds);
    case 'rc4':
      return { draft: holds, current: broken(`${shown}: RC4 must not be used (RFC 7465)`) };
    case 'weak':
      return both(broken(`${shown} protects with less than 128 bits`));
    case 'unknown':
      return both(unseen(`How strong ${shown} is, is not known`));
  }
}

/** tls-cert: PKIX path and name (RFC 5280, RFC 9525), for every certificate that the server shows. */
function proveCertificate(question: ProofQuestion): Proof {
  const { session, now } = question;
  const host = nameOf(question);
  if (parseIpAddress(host).ok) return unseen('The host is an IP address: there is no name to look for');
  const chains = shownChains(session);
  if (chains.length === 0) return noChain(session);
  for (const { tls, leaf } of chains) {
    if (now > leaf.notAfter) return broken(`The certificate ${leaf.subject} has expired`);
    if (now < leaf.notBefore) return broken(`The certificate ${leaf.subject} is not valid yet`);
    if (!tls.pkix.trusted) return broken(`The path is not trusted: ${tls.pkix.error} (${tls.pkix.store})`);
    const ended = readChain(tls.pkix.path).find((certificate) => certificate !== null && now > certificate.notAfter);
    if (ended !== undefined && ended !== null) return broken(`The CA certificate ${ended.subject} has expired`);
    if (!matchHost(host, leaf.dnsNames).matches) {
      return broken(`${host} is not among the names of the certificate ${leaf.subject}`);
    }
  }
  return sawAllChains(session) ? holds : unseen(secondUnseen);
}

/** An anonymous cipher has no certificate; one that only we cannot read may be good. */
function noChain({ tls }: AddressSession): Proof {
  return tls?.chain.length === 0
    ? broken('The server shows no certificate')
    : unseen('The certificate could not be read');
}

const secondUnseen = 'Whether the server has a second certificate was not seen';

/**
 * tls-dane-tlsa: secure TLSA records of the port that match every certificate shown (RFC 6698; RFC 7672 between mail
 * servers). Dates do not count for usage 3. Its name does for the draft, which asks for the identity check of section
 * 4 as well; it does not since RFC 7671.
 */
function proveDane(question: ProofQuestion): TagProof {
  const { observation, session } = question;
  const believed = whyNotBelieved(observation);
  if (believed !== null) return both(believed);
  const chains = shownChains(session);
  if (chains.length === 0) return both(noChain(session));
  const policy = tlsaPolicyOf(observation.endpoint);
  const prove = (checksNameOfUsage3: boolean): Proof => {
    for (const chain of chains) {
      const match = compare(question, chain, checksNameOfUsage3);
      if (chooseMatch(match) === null) return broken(describeMismatch(chain, match));
    }
    return sawAllChains(session) ? holds : unseen(secondUnseen);
  };
  return { draft: prove(policy === 'mua'), current: prove(false) };
}

function compare(question: ProofQuestion, { tls }: ShownChain, checksNameOfUsage3: boolean): TlsaMatch {
  const { observation, now } = question;
  return matchTlsa({
    records: readTlsaLookup(observation)?.records ?? [],
    ...readHandshake(tls),
    host: nameOf(question),
    policy: tlsaPolicyOf(observation.endpoint),
    now,
    checksNameOfUsage3,
  });
}

const maxOutcomes = 4;

function describeMismatch({ keyName }: ShownChain, { outcomes }: TlsaMatch): string {
  const shown = outcomes.slice(0, maxOutcomes).map(showOutcome).join('; ');
  return `No TLSA record matches the ${keyName} certificate: ${shown}`;
}

/** Why nobody can go by the TLSA records of the port; null where clients can. */
function whyNotBelieved({ endpoint, tlsa, addresses }: EndpointObservation): Proof | null {
  if (tlsa?.lookup.ok !== true) return unseen('The TLSA records could not be looked up');
  const { dnssec, records } = tlsa.lookup.facts;
  switch (dnssec.state) {
    case 'secure':
      break;
    case 'insecure':
      return broken(
        records.length === 0
          ? `There is no TLSA record at ${tlsa.owner}`
          : `The TLSA records at ${tlsa.owner} are ${describeDnssec(dnssec)}`,
      );
    case 'bogus':
      return isClockInDoubt(dnssec)
        ? unseen('Our own clock may be wrong')
        : broken(`The TLSA records at ${tlsa.owner} are ${describeDnssec(dnssec)}`);
    case 'indeterminate':
      return unseen(`The DNSSEC state of the TLSA records is ${describeDnssec(dnssec)}`);
  }
  if (records.length === 0) return broken(`There is no TLSA record at ${tlsa.owner}`);
  // Mail servers do not even ask for TLSA where the addresses are not secure (RFC 7672 section 2.2).
  if (tlsaPolicyOf(endpoint) === 'mua' || !addresses.ok) return null;
  const insecure = addresses.facts.lookups.find((lookup) => lookup.dnssec.state === 'insecure');
  return insecure === undefined
    ? null
    : broken(`The ${insecure.type} records of ${insecure.name} are ${describeDnssec(insecure.dnssec)}`);
}

function nameOf({ observation, serverName }: ProofQuestion): string {
  return serverName ?? observation.endpoint.host;
}
