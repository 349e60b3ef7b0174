import { rootCertificates } from 'node:tls';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import { notValidated } from '#lib/model/dnssec.ts';
import { splitDomainObservation, splitEndpointObservation } from '#lib/model/span.ts';
import type { Database } from '#prisma/client.ts';

const seedNow = new Date('2026-11-24T04:00:00Z');

function der(index: number): string {
  return (rootCertificates[index] ?? '').replace(/-----[^-]+-----|\s/g, '');
}

function lookup<R>(name: string, type: string, records: readonly R[]) {
  return {
    ok: true,
    facts: {
      name,
      type,
      rcode: 'NOERROR',
      records,
      ttlSeconds: 300,
      aliases: [],
      ad: false,
      signaturesPresent: false,
      dnssec: notValidated,
      server: '127.0.0.1:53',
      wire: '',
    },
  } as const;
}

/** One look at an IMAP server with two addresses, the second of which refuses; says hostile things. */
export function exampleObservation(host: string, at: number): EndpointObservation {
  const chain = [der(0), der(1)];
  const timings = { connectMs: 3, greetingMs: 9, handshakeMs: 14, totalMs: 31 };
  return {
    endpoint: { service: 'imap', tlsMode: 'implicit', host, port: 993 },
    vantage: 'local',
    startedAt: at - 900,
    finishedAt: at,
    addresses: {
      ok: true,
      facts: { list: ['192.0.2.10', '2001:db8::10'], lookups: [lookup(host, 'A', ['192.0.2.10']).facts] },
    },
    sessions: [
      {
        address: '192.0.2.10',
        startedAt: at - 900,
        greeting: '* OK <script>alert(1)</script> \u202egnp.exe ready',
        capabilitiesBeforeTls: null,
        capabilitiesAfterTls: ['IMAP4REV1', 'SASL-IR', 'LOGIN-REFERRALS', 'ID', 'ENABLE', 'IDLE', 'AUTH=PLAIN'],
        starttls: 'not-applicable',
        tls: {
          version: 'TLSv1.3',
          cipher: 'TLS_AES_256_GCM_SHA384',
          serverName: host,
          chain,
          pkix: { trusted: false, error: 'CERT_HAS_EXPIRED', store: 'Mozilla of Node 20' },
        },
        goodbyeAnswered: true,
        timings,
        transcript: [
          { from: 'server', text: '* OK <script>alert(1)</script> \u0000\u001b[31m ready', atMs: 12 },
          { from: 'client', text: 'a1 CAPABILITY', atMs: 13 },
          { from: 'server', text: '* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN', atMs: 15 },
          { from: 'client', text: 'a2 LOGOUT', atMs: 16 },
          { from: 'server', text: '* BYE Logging out', atMs: 19 },
        ],
        failure: null,
      },
      {
        address: '2001:db8::10',
        startedAt: at - 900,
        greeting: null,
        capabilitiesBeforeTls: null,
        capabilitiesAfterTls: null,
        starttls: 'not-applicable',
        tls: null,
        goodbyeAnswered: null,
        timings: { connectMs: null, greetingMs: null, handshakeMs: null, totalMs: 1 },
        transcript: [],
        failure: { stage: 'connect', reason: 'refused', said: 'ECONNREFUSED' },
      },
    ],
    tlsa: {
      owner: `_993._tcp.${host}`,
      lookup: lookup(`_993._tcp.${host}`, 'TLSA', [{ usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) }]),
      resolverPassesSignatures: true,
    },
  };
}

export function exampleDiscovery(domain: string, at: number): DomainObservation {
  const host = `mail.${domain}`;
  return {
    domain,
    vantage: 'local',
    startedAt: at - 1400,
    finishedAt: at,
    srv: [
      {
        owner: `_imaps._tcp.${domain}`,
        label: '_imaps',
        lookup: lookup(`_imaps._tcp.${domain}`, 'SRV', [{ priority: 0, weight: 1, port: 993, target: host }]),
      },
      {
        owner: `_pop3s._tcp.${domain}`,
        label: '_pop3s',
        lookup: lookup(`_pop3s._tcp.${domain}`, 'SRV', [{ priority: 0, weight: 0, port: 0, target: '.' }]),
      },
      {
        owner: `_submissions._tcp.${domain}`,
        label: '_submissions',
        lookup: { ok: false, failure: { stage: 'resolve', reason: 'timeout' } },
      },
    ],
    mx: lookup(domain, 'MX', [{ preference: 10, exchange: host }]),
    mxTlsa: [{ owner: `_25._tcp.${host}`, host, lookup: lookup(`_25._tcp.${host}`, 'TLSA', []) }],
    hosts: [{ host, addresses: { ok: true, facts: ['192.0.2.10', '2001:db8::10'] } }],
    endpoints: [
      {
        target: { service: 'imap', tlsMode: 'implicit', host, port: 993 },
        origin: 'srv',
        priority: 0,
        weight: 1,
      },
      {
        target: { service: 'submission', tlsMode: 'implicit', host: `smtp.${domain}`, port: 465 },
        origin: 'guess',
        priority: null,
        weight: null,
      },
    ],
  };
}

/** JSON that Postgres can keep, as the workers store it. */
function storable(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? item.replaceAll('\0', '\u2400') : item,
  );
}

/** Stores one run of an endpoint as the workers do. */
export async function storeObservation(
  db: Database,
  endpointId: string,
  observation: EndpointObservation,
): Promise<void> {
  const { pieces, certificates } = splitEndpointObservation(observation);
  const at = new Date(observation.finishedAt);
  for (const [fingerprint, base64] of certificates) {
    const data = { fingerprint, der: new Uint8Array(Buffer.from(base64, 'base64')), firstSeen: at };
    await db.certificate.upsert({ where: { fingerprint }, create: data, update: {} });
  }
  for (const [index, piece] of pieces.entries()) {
    await db.$executeRaw`
      INSERT INTO observation_span (id, endpoint_id, kind, address, vantage, hash, facts, evidence, first_seen, last_seen,
        evidence_at)
      VALUES (${`span-${endpointId}-${String(index)}`}, ${endpointId}, ${piece.kind}, ${piece.address},
        ${observation.vantage}, ${piece.hash}, ${storable(piece.facts)}::jsonb, ${storable(piece.evidence)}::jsonb,
        ${new Date(at.getTime() - 3_600_000)}, ${at}, ${at})`;
  }
}

/** Stores one look at a domain's records as the workers do. */
export async function storeDiscovery(db: Database, domainId: string, observation: DomainObservation): Promise<void> {
  const { kind, hash, facts, evidence } = splitDomainObservation(observation);
  const at = new Date(observation.finishedAt);
  await db.$executeRaw`
    INSERT INTO observation_span (id, domain_id, kind, vantage, hash, facts, evidence, first_seen, last_seen,
      evidence_at)
    VALUES (${`span-${domainId}-${String(at.getTime())}`}, ${domainId}, ${kind}, ${observation.vantage}, ${hash},
      ${storable(facts)}::jsonb, ${storable(evidence)}::jsonb, ${at}, ${at}, ${at})`;
}

export interface SeededIncident {
  readonly id: string;
  readonly state: string;
  readonly host?: string;
  readonly code?: string;
  readonly firstSeen?: Date;
  readonly acknowledgedAt?: Date;
  readonly affected?: readonly string[];
  readonly severity?: string;
  readonly updatedAt?: Date;
  readonly endpointId?: string | null;
  readonly domainId?: string | null;
  readonly title?: string;
}

/** An incident about an expired certificate, in any state. */
export async function seedIncident(db: Database, incident: SeededIncident): Promise<void> {
  const at = incident.updatedAt ?? seedNow;
  await db.incident.create({
    data: {
      id: incident.id,
      fingerprint: `fingerprint-${incident.id}`,
      dedupKey: `certificate-expiry/imap+implicit://mail.example.org:993`,
      instance: 1,
      state: incident.state,
      severity: incident.severity ?? 'critical',
      code: incident.code ?? 'certificate-expiry',
      endpointId: incident.endpointId ?? null,
      domainId: incident.domainId ?? null,
      host: incident.host ?? 'mail.example.org',
      title: incident.title ?? 'The certificate of mail.example.org:993 has expired',
      params: { host: 'mail.example.org', port: 993, service: 'IMAP, implicit TLS' },
      affected: [...(incident.affected ?? ['192.0.2.10'])],
      firstSeen: incident.firstSeen ?? new Date(at.getTime() - 7_200_000),
      acknowledgedAt: incident.acknowledgedAt ?? null,
      lastSeen: at,
      openedAt: new Date(at.getTime() - 7_000_000),
      updatedAt: at,
    },
  });
}

export interface SeededDomain {
  readonly domainId: string;
  readonly endpointId: string;
  readonly guessId: string;
}

/** A domain with a finished discovery, an endpoint that was looked at `at`, and a guessed one that never was. */
export async function seedDomain(db: Database, name: string, at: Date): Promise<SeededDomain> {
  const domainId = `domain-${name}`;
  const endpointId = `endpoint-${name}`;
  const guessId = `guess-${name}`;
  await db.domain.create({ data: { id: domainId, name, createdAt: at, createdBy: 'admin@example.org' } });
  await db.$executeRaw`
    INSERT INTO discovery (id, domain_id, requested_at, requested_by, started_at, finished_at, state, observation)
    VALUES (${`discovery-${name}`}, ${domainId}, ${at}, 'admin@example.org', ${at}, ${at}, 'done',
      ${JSON.stringify(exampleDiscovery(name, at.getTime()))}::jsonb)`;
  const host = `mail.${name}`;
  await db.endpoint.createMany({
    data: [
      {
        id: endpointId,
        service: 'imap',
        tlsMode: 'implicit',
        host,
        port: 993,
        createdAt: at,
        lastProbedAt: at,
        lastVerdict: 'crit',
      },
      { id: guessId, service: 'submission', tlsMode: 'implicit', host: `smtp.${name}`, port: 465, createdAt: at },
    ],
  });
  const seen = { firstSeen: at, lastSeen: at };
  await db.domainEndpoint.createMany({
    data: [
      { domainId, endpointId, origin: 'srv', priority: 0, weight: 1, ...seen },
      { domainId, endpointId: guessId, origin: 'guess', ...seen },
    ],
  });
  await storeDiscovery(db, domainId, exampleDiscovery(name, at.getTime()));
  await storeObservation(db, endpointId, exampleObservation(host, at.getTime()));
  return { domainId, endpointId, guessId };
}
