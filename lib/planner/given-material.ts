import { tlsaPolicyOf } from '../checks/tlsa-facts.ts';
import { chooseMatch, matchTlsa } from '../dane/match.ts';
import { findUnusable, isAssociated } from '../dane/record.ts';
import type { ProvableTag } from '../deep/tags.ts';
import type { TlsaRecord } from '../model/observation.ts';
import { digestHex, type Certificate } from '../x509/certificate.ts';
import { matchHost } from '../x509/names.ts';
import { findTrustedPath } from '../x509/trusted-path.ts';
import type { EndpointEvidence, PlanEvidence, ShownPath } from './evidence.ts';
import { readGivenPem } from './given-pem.ts';
import { broken, unsure, type Loss } from './loss.ts';
import { parseTlsaText } from './tlsa-text.ts';

/* What an endpoint can no longer prove with another certificate, key or set of TLSA records. */

export type TagLosses = Partial<Readonly<Record<ProvableTag, Loss>>>;

interface Given {
  readonly pem: string;
  readonly evidence: Pick<PlanEvidence, 'authorities'>;
  readonly now: number;
}

/** A certificate with its chain, or the CA that is to sign from now on. */
export function judgeCertificate(endpoint: EndpointEvidence, { pem, evidence, now }: Given): TagLosses {
  const given = readGivenPem(pem);
  if (!given.ok || given.value.kind !== 'certificates') return unreadable;
  const [leaf, ...chain] = given.value.certificates;
  if (leaf === undefined) return unreadable;
  const { authorities } = evidence;
  if (leaf.isAuthority && leaf.dnsNames.length === 0) {
    return compact({ cert: judgeTrust(leaf, { chain, authorities, now }), dane: judgeAuthority(endpoint, leaf) });
  }
  const path = findTrustedPath({ chain: [leaf, ...chain], anchors: authorities, now });
  const shown = { chain: [leaf, ...chain], verifiedPath: path.trusted ? path.path : null };
  return compact({
    cert: judgeLeaf(leaf, { name: endpoint.name, now }) ?? judgeTrust(leaf, { chain, authorities, now }),
    dane: judgeDane(endpoint, { records: endpoint.tlsa?.records ?? [], shown: [shown], now }),
  });
}

/** A key of which nothing or only the public half is known, or a certificate of it. */
export function judgeKey(
  endpoint: EndpointEvidence,
  { pem, evidence, now }: Omit<Given, 'pem'> & { readonly pem: string | null },
): TagLosses {
  const given = pem === null ? null : readGivenPem(pem);
  if (given?.ok === true && given.value.kind === 'certificates')
    return judgeCertificate(endpoint, { ...given.value, evidence, now });
  const spki = given?.ok === true && given.value.kind === 'public-key' ? given.value.spki : null;
  const { tlsa } = endpoint;
  if (tlsa === null) return { 'tls-dane-tlsa': notLooked };
  if (!counts(endpoint)) return { 'tls-dane-tlsa': alreadyBroken };
  const policy = tlsaPolicyOf(endpoint.target);
  const usable = tlsa.records.filter((record) => findUnusable(record, policy) === null);
  if (spki !== null && usable.some((record) => namesKey(record, spki))) return {};
  // A record of the CA matches whatever key the CA signs.
  const byAuthority = usable.filter(({ usage }) => usage === 0 || usage === 2);
  const shown = endpoint.addresses.flatMap((address) => address.shown);
  if (shown.length > 0 && shown.every((path) => matches(endpoint, { records: byAuthority, path, now }))) return {};
  return {
    'tls-dane-tlsa': broken(
      spki === null
        ? `No TLSA record at ${tlsa.owner} can be of a key that is not made yet`
        : `No TLSA record at ${tlsa.owner} names the new key`,
    ),
  };
}

/** Records in presentation form in the place of all that stand. */
export function judgeRecords(
  endpoint: EndpointEvidence,
  { records, now }: { readonly records: readonly string[]; readonly now: number },
): TagLosses {
  const parsed = records.map(parseTlsaText).flatMap((record) => (record.ok ? [record.value] : []));
  const shown = endpoint.addresses.flatMap((address) => address.shown);
  return compact({ cert: null, dane: judgeDane(endpoint, { records: parsed, shown, now, isNew: true }) });
}

/** For a host that nobody watches. */
export const unwatched: TagLosses = {
  'tls-cert': unsure('The host is not watched'),
  'tls-dane-tlsa': unsure('The host is not watched'),
};
const unreadable: TagLosses = {
  'tls-cert': unsure('The certificate cannot be read'),
  'tls-dane-tlsa': unsure('The certificate cannot be read'),
};
const notLooked = unsure('The TLSA records could not be looked up');
const alreadyBroken: Loss = { ...broken('There is no TLSA record that counts, today already'), already: true };

function compact({ cert, dane }: { readonly cert: Loss | null; readonly dane: Loss | null }): TagLosses {
  return { ...(cert === null ? {} : { 'tls-cert': cert }), ...(dane === null ? {} : { 'tls-dane-tlsa': dane }) };
}

/** Whether no endpoint has TLSA records that count: then none can be lost. */
export function haveNoDane(endpoints: readonly EndpointEvidence[]): boolean {
  return endpoints.length > 0 && endpoints.every((endpoint) => endpoint.tlsa !== null && !counts(endpoint));
}

function counts({ tlsa }: EndpointEvidence): boolean {
  return tlsa !== null && tlsa.dnssec === 'secure' && tlsa.records.length > 0;
}

function judgeLeaf(leaf: Certificate, { name, now }: { readonly name: string; readonly now: number }): Loss | null {
  if (now > leaf.notAfter) return broken(`The certificate ${leaf.subject} has expired`);
  if (now < leaf.notBefore) return broken(`The certificate ${leaf.subject} is not valid yet`);
  return matchHost(name, leaf.dnsNames).matches
    ? null
    : broken(`${name} is not among the names of the certificate ${leaf.subject}`);
}

interface TrustQuestion {
  readonly chain: readonly Certificate[];
  readonly authorities: readonly Certificate[];
  readonly now: number;
}

function judgeTrust(certificate: Certificate, { chain, authorities, now }: TrustQuestion): Loss | null {
  const found = findTrustedPath({ chain: [certificate, ...chain], anchors: authorities, now });
  if (found.trusted) return null;
  switch (found.why) {
    case 'self-signed':
      return broken(`Nobody but itself vouches for ${certificate.subject}`);
    case 'dates':
      return broken(`A CA certificate above ${certificate.subject} is out of date`);
    case 'purpose':
      return broken(`${certificate.subject} is not meant for servers`);
    case 'no-path':
      return unsure(`${certificate.issuer}, which signed it, does not lead to a CA that we know to be trusted`);
  }
}

/** Certificates of a CA that are still to be made: their keys are not known. */
function judgeAuthority(endpoint: EndpointEvidence, authority: Certificate): Loss | null {
  const { tlsa } = endpoint;
  if (tlsa === null) return notLooked;
  if (!counts(endpoint)) return alreadyBroken;
  const usable = tlsa.records.filter((record) => findUnusable(record, tlsaPolicyOf(endpoint.target)) === null);
  const byAuthority = usable.filter(({ usage }) => usage === 0 || usage === 2);
  if (byAuthority.some((record) => isAssociated(record, authority))) return null;
  return byAuthority.length === usable.length
    ? broken(`The TLSA records at ${tlsa.owner} name another CA`)
    : unsure(`The TLSA records at ${tlsa.owner} name the key of today, which may stay or not`);
}

function judgeDane(
  endpoint: EndpointEvidence,
  question: {
    readonly records: readonly TlsaRecord[];
    readonly shown: readonly ShownPath[];
    readonly now: number;
    /** The records are still to be published. */
    readonly isNew?: boolean;
  },
): Loss | null {
  const { records, shown, now, isNew = false } = question;
  if (endpoint.tlsa === null) return notLooked;
  const { owner, dnssec } = endpoint.tlsa;
  if (isNew ? dnssec !== 'secure' : !counts(endpoint)) return alreadyBroken;
  if (shown.length === 0) return unsure('No certificate was seen');
  return shown.every((path) => matches(endpoint, { records, path, now }))
    ? null
    : broken(isNew ? 'None of the new records matches what the server shows' : `No TLSA record at ${owner} matches it`);
}

/** Under both rule packs: the draft asks for the name with usage 3 too (section 11.2). */
function matches(
  { target, name }: EndpointEvidence,
  { records, path, now }: { readonly records: readonly TlsaRecord[]; readonly path: ShownPath; readonly now: number },
): boolean {
  const policy = tlsaPolicyOf(target);
  return [false, policy === 'mua'].every(
    (checksNameOfUsage3) =>
      chooseMatch(matchTlsa({ records, ...path, host: name, policy, now, checksNameOfUsage3 })) !== null,
  );
}

function namesKey({ usage, selector, matchingType, data }: TlsaRecord, spki: Uint8Array): boolean {
  if ((usage !== 1 && usage !== 3) || selector !== 1) return false;
  switch (matchingType) {
    case 1:
      return digestHex(spki, 'sha256') === data;
    case 2:
      return digestHex(spki, 'sha512') === data;
    default:
      return Buffer.from(spki).toString('hex') === data;
  }
}
