import { compareTlsa, describeDnssec, shownChains, showOutcome } from '../checks/tlsa-facts.ts';
import { showTime } from '../checks/wording.ts';
import { tlsaText } from '../dane/record.ts';
import type {
  AddressSession,
  DnsLookup,
  EndpointObservation,
  IdentityField,
  ProbeFailure,
  TlsFacts,
} from '../model/observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { keyText } from '../x509/key-text.ts';
import { readChain } from '../x509/read-chain.ts';

/** What a field is about, in the order in which a probe meets it. */
export const runParts = [
  'addresses',
  'connection',
  'tls',
  'certificate',
  'chain',
  'tlsa',
  'capabilities',
  'latency',
] as const;
export type RunPart = (typeof runParts)[number];

/** One fact of one run. Values hold text from strangers: escape at output. */
export interface RunField {
  readonly part: RunPart;
  /** Null: of the endpoint as a whole. */
  readonly address: string | null;
  /** Its name on a page, e.g. `TLS version`. */
  readonly name: string;
  /** One line each; an empty list says that there is nothing. Null: it was not seen. */
  readonly values: readonly string[] | null;
  /** What is compared; a value that differs from run to run has another form here. */
  readonly compared: readonly string[] | null;
}

/** Everything that one run saw, as fields with one name each, in the order of `runParts`. */
export function readRunFields(observation: EndpointObservation): readonly RunField[] {
  const { sessions } = observation;
  return [
    ...addressFields(observation),
    ...sessions.flatMap(connectionFields),
    ...sessions.flatMap(tlsFields),
    ...tlsaFields(observation),
    ...sessions.flatMap(capabilityFields),
    ...sessions.flatMap(latencyFields),
  ];
}

type Place = Pick<RunField, 'part' | 'address'>;

function field(place: Place, name: string, values: RunField['values'], compared = values): RunField {
  return { ...place, name, values, compared };
}

function failureLine({ stage, reason, said }: ProbeFailure): string {
  return `${reason} at ${stage}${said === undefined ? '' : `: ${said}`}`;
}

function addressFields({ addresses }: EndpointObservation): readonly RunField[] {
  const place: Place = { part: 'addresses', address: null };
  if (!addresses.ok) {
    return [field(place, 'Answer of DNS', [failureLine(addresses.failure)], [addresses.failure.reason])];
  }
  const { list, lookups, missing } = addresses.facts;
  const family = (name: string, is: (address: string) => boolean, type: string) =>
    field(place, name, missing?.type === type ? null : list.filter(is));
  return [
    field(place, 'Answer of DNS', ['answered']),
    family('IPv4 addresses', (address) => !address.includes(':'), 'A'),
    family('IPv6 addresses', (address) => address.includes(':'), 'AAAA'),
    ...lookups.map((lookup) => dnssecField(place, lookup)),
  ];
}

function dnssecField(place: Place, { type, dnssec }: DnsLookup<unknown>): RunField {
  return field(place, `DNSSEC of ${type}`, [describeDnssec(dnssec)], [dnssec.state]);
}

/** A greeting may hold the time (Exim) or a stamp for APOP (RFC 1939 section 7): those are no change. */
function steadyGreeting(greeting: string): string {
  return greeting
    .replaceAll(/<[^<>]*>/g, '<>')
    .replaceAll(/(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?: [+-]\d{4})?/g, '');
}

function connectionFields({ address, failure, greeting, starttls }: AddressSession): readonly RunField[] {
  const place: Place = { part: 'connection', address };
  const outcome = failure === null ? ['worked to the end'] : [failureLine(failure)];
  return [
    field(place, 'Outcome', outcome, failure === null ? outcome : [`${failure.reason} at ${failure.stage}`]),
    field(
      place,
      'Greeting',
      greeting === null ? null : [greeting],
      greeting === null ? null : [steadyGreeting(greeting)],
    ),
    ...(starttls === 'not-applicable'
      ? []
      : [field(place, 'STARTTLS', starttls === 'not-reached' ? null : [starttls.replace('-', ' ')])]),
  ];
}

function tlsFields(session: AddressSession): readonly RunField[] {
  const { address, tls } = session;
  const chain = tls === null ? [] : readChain(tls.chain);
  const [leaf] = chain;
  return [
    ...handshakeFields({ part: 'tls', address }, tls),
    ...certificateFields({ part: 'certificate', address }, leaf ?? null),
    ...otherCertificate({ part: 'certificate', address }, session),
    field(
      { part: 'chain', address },
      'Certificates after it',
      tls === null ? null : chain.slice(1).map(showAuthority),
      tls === null ? null : chain.slice(1).map((item) => item?.fingerprint ?? ''),
    ),
  ];
}

function handshakeFields(place: Place, tls: TlsFacts | null): readonly RunField[] {
  const trust = tls === null ? null : tls.pkix.trusted ? 'trusted' : tls.pkix.error;
  return [
    field(place, 'TLS version', tls === null ? null : [tls.version]),
    field(place, 'Cipher', tls === null ? null : [tls.cipher]),
    field(place, 'Name asked for (SNI)', tls === null ? null : [tls.serverName]),
    field(
      place,
      'Trust',
      tls === null || trust === null ? null : [`${trust}, by ${tls.pkix.store}`],
      trust === null ? null : [trust],
    ),
  ];
}

function certificateFields(place: Place, leaf: Certificate | null): readonly RunField[] {
  const of = (name: string, read: (certificate: Certificate) => readonly string[]) =>
    field(place, name, leaf === null ? null : read(leaf));
  return [
    of('SHA-256', ({ fingerprint }) => [fingerprint]),
    of('Subject', ({ subject }) => [subject]),
    of('Names', ({ dnsNames }) => dnsNames.toSorted()),
    of('Issuer', ({ issuer }) => [issuer]),
    of('Serial number', ({ serialNumber }) => [serialNumber]),
    of('Valid from', ({ notBefore }) => [showTime(notBefore)]),
    of('Valid until', ({ notAfter }) => [showTime(notAfter)]),
    of('Key', (certificate) => [keyText(certificate)]),
  ];
}

/** The certificate of the other key type; not asked for at every host. */
function otherCertificate(place: Place, session: AddressSession): readonly RunField[] {
  if (session.otherHandshake?.tls.ok !== true) return [];
  const other = shownChains(session).find(({ tls }) => tls !== session.tls);
  return other === undefined
    ? []
    : [
        field(place, 'Second certificate', [
          `${keyText(other.leaf)}, valid until ${showTime(other.leaf.notAfter)}, SHA-256 ${other.leaf.fingerprint}`,
        ]),
      ];
}

function showAuthority(certificate: Certificate | null): string {
  return certificate === null
    ? 'one that cannot be read'
    : `${certificate.subject}, valid until ${showTime(certificate.notAfter)}`;
}

function tlsaFields(observation: EndpointObservation): readonly RunField[] {
  const { tlsa, sessions, finishedAt } = observation;
  if (tlsa === null) return [];
  const place: Place = { part: 'tlsa', address: null };
  const { lookup } = tlsa;
  if (!lookup.ok) return [field(place, 'Answer of DNS', [failureLine(lookup.failure)], [lookup.failure.reason])];
  const { rcode, records, dnssec } = lookup.facts;
  const matches = sessions.map((session) => {
    const compared = shownChains(session).flatMap(({ tls }) => compareTlsa(observation, tls, finishedAt).outcomes);
    const lines = [...new Set(compared.map(showOutcome))].toSorted();
    return field(
      { part: 'tlsa', address: session.address },
      'Records and its certificate',
      session.tls === null ? null : lines,
    );
  });
  return [
    field(place, 'Answer of DNS', [rcode]),
    field(place, 'Records', records.map(tlsaText).toSorted()),
    field(place, 'DNSSEC of TLSA', [describeDnssec(dnssec)], [dnssec.state]),
    ...(records.length === 0 ? [] : matches),
  ];
}

function capabilityFields(session: AddressSession): readonly RunField[] {
  const place: Place = { part: 'capabilities', address: session.address };
  const { capabilitiesBeforeTls, capabilitiesAfterTls, identityBeforeTls, identityAfterTls, starttls } = session;
  return [
    ...(starttls === 'not-applicable' ? [] : [capabilityField(place, 'Offered before TLS', capabilitiesBeforeTls)]),
    capabilityField(place, 'Offered inside TLS', capabilitiesAfterTls),
    ...identityField(place, 'ID before TLS', identityBeforeTls),
    ...identityField(place, 'ID inside TLS', identityAfterTls),
  ];
}

/** Neither the order of capabilities nor that of their values means anything. */
function capabilityField(place: Place, name: string, list: readonly string[] | null): RunField {
  const steady = (capability: string) => {
    const [word = '', ...values] = capability.trim().toUpperCase().split(/\s+/);
    return [word, ...values.toSorted()].join(' ');
  };
  return field(place, name, list, list?.map(steady) ?? null);
}

function identityField(
  place: Place,
  name: string,
  fields: readonly IdentityField[] | null | undefined,
): readonly RunField[] {
  if (fields === undefined) return [];
  return [field(place, name, fields?.map(([key, value]) => `${key}: ${value ?? 'NIL'}`) ?? null)];
}

function latencyFields({ address, timings }: AddressSession): readonly RunField[] {
  const place: Place = { part: 'latency', address };
  const of = (name: string, durationMs: number | null) =>
    field(place, name, durationMs === null ? null : [`${String(Math.round(durationMs))} ms`]);
  return [
    of('Connect', timings.connectMs),
    of('Greeting', timings.greetingMs),
    of('Handshake', timings.handshakeMs),
    of('In all', timings.totalMs),
  ];
}
