import type { CensusClass, CensusCube, CoverageCount } from '#lib/model/census.ts';
import type { Commitment } from '#lib/model/commitment.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import type { AddressEvidence, EndpointEvidence, PlanEvidence } from '#lib/planner/evidence.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { dayMs, testNow, type TestCertificate } from '#tests/support/certificates.ts';

/* A provider with one host, as its operator would find it in the console. */

export const host = 'imap.example.org';
const holds = { state: 'holds' } as const;
const provesAll = { draft: holds, current: holds };
export const fails = (why: string) => {
  const broken = { state: 'broken', why } as const;
  return { draft: broken, current: broken };
};

function imap(port: 143 | 993): EndpointTarget {
  return { service: 'imap', tlsMode: port === 143 ? 'starttls' : 'implicit', host, port };
}

export function address(changes: Partial<AddressEvidence> = {}): AddressEvidence {
  return {
    address: '192.0.2.1',
    proofs: { tls10: provesAll, tls12: provesAll, 'tls-cert': provesAll, 'tls-dane-tlsa': provesAll },
    advertised: [],
    versions: ['1.0', '1.1', '1.2', '1.3'],
    shown: [],
    ...changes,
  };
}

export function endpoint(port: 143 | 993, changes: Partial<EndpointEvidence> = {}): EndpointEvidence {
  return {
    target: imap(port),
    seenAt: testNow,
    name: host,
    addresses: [address()],
    tlsa: { owner: `_${String(port)}._tcp.${host}`, dnssec: 'secure', records: [], ttlSeconds: 3600 },
    ...changes,
  };
}

/** An address that shows a certificate of a CA that is trusted. */
export function showing(certificate: TestCertificate, authority: TestCertificate): AddressEvidence {
  const chain = readChain([certificate.base64]);
  return address({ shown: [{ chain, verifiedPath: [...chain, ...readChain([authority.base64])] }] });
}

export function evidence(changes: Partial<PlanEvidence> = {}): PlanEvidence {
  return { endpoints: [endpoint(143), endpoint(993)], dsTtlSeconds: 86_400, authorities: [], ...changes };
}

export interface TestClass extends Partial<Omit<CensusClass, 'id'>> {
  readonly holders: number;
  /** Monday. */
  readonly week?: string;
}

/** The Monday before the tests' `now`. */
const thisWeek = '2026-11-23';

export function cubeOf(classes: readonly TestClass[], coverage: readonly CoverageCount[] = []): CensusCube {
  return {
    coverage,
    classes: new Map(classes.map((given, id) => [id, classOf(id, given)])),
    counts: classes.map(({ holders, week = thisWeek }, classId) => ({ classId, week, holders })),
  };
}

function classOf(id: number, given: TestClass): CensusClass {
  const { latched = [], supported = [] } = given;
  return {
    ...{ id, latched, supported },
    client: given.client ?? { name: 'Mailer', version: '1' },
    server: given.server ?? { hosts: [host], address: null, service: 'imap' },
    speaksDeep: given.speaksDeep ?? latched.length + supported.length > 0,
    tlsVersion: given.tlsVersion ?? null,
    tlsCipher: given.tlsCipher ?? null,
  };
}

/** Something that the host advertised for a year. */
export function promise(tag: string, changes: Partial<Commitment> = {}): Commitment {
  return {
    ...{ host, tag, firstSeen: testNow - 365 * dayMs, lastSeen: testNow, decidedBy: null },
    seenAt: { kind: 'endpoint', endpoint: imap(993), address: '192.0.2.1' },
    ...changes,
  };
}
