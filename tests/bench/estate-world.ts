import { createHash } from 'node:crypto';
import pg from 'pg';
import { splitDomainObservation, splitEndpointObservation, type SpanPiece } from '#lib/model/span.ts';
import { readCertificateFacts } from '#lib/x509/certificate-facts.ts';
import { healthyZone } from '#tests/support/zone-observations.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import { domainAt, lookAt, targetOf } from './storage-world.ts';

/*
 * A large provider in the database, as months of watching leave it: made by SQL from one look at one endpoint, with names,
 * certificates and dates of its own for each.
 */

/** 5 services of each host, 5 hosts of each domain. */
const servicesOfHost: readonly (readonly [service: string, tlsMode: string, port: number])[] = [
  ['imap', 'implicit', 993],
  ['imap', 'starttls', 143],
  ['submission', 'implicit', 465],
  ['submission', 'starttls', 587],
  ['smtp', 'starttls', 25],
];
const hostsOfDomain = 5;
const endpointsOfDomain = hostsOfDomain * servicesOfHost.length;
/** The host that the one look was at: the name that is replaced. */
const modelHost = 'mail.example.org';
const modelDomain = 'example.org';

/** Host `n` (0 to 4) of domain `d`, as the SQL below names it. */
export function estateHost(domain: number, host: number): string {
  return `mail${String(host)}.${estateDomain(domain)}`;
}

/** Domain `d`, counted from 0. */
export function estateDomain(domain: number): string {
  return `d${String(domain)}.estate.test`;
}

/** Fills an empty, migrated database; `endpoints` is rounded down to whole domains. */
export async function fillEstate(databaseUrl: string, { endpoints }: { readonly endpoints: number }): Promise<void> {
  const domains = Math.floor(endpoints / endpointsOfDomain);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    await fillInventory(client, domains);
    await fillCertificates(client);
    await fillSpans(client);
    await fillFaults(client);
    await fillWork(client);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

async function fillInventory(client: pg.Client, domains: number): Promise<void> {
  await client.query(
    `INSERT INTO domain (id, name, created_at, created_by)
    SELECT 'domain-' || d, 'd' || d || '.estate.test', now() - interval '90 days', 'admin@example.org'
    FROM generate_series(0, $1::int - 1) AS d`,
    [domains],
  );
  await client.query(
    `INSERT INTO zone (id, name, created_at, last_observed_at, last_verdict)
    SELECT 'zone-' || substr(id, 8), name, created_at, now() - interval '1 minute', 'pass' FROM domain`,
  );
  await client.query(
    `INSERT INTO domain_zone (domain_id, zone_id, first_seen, last_seen)
    SELECT id, 'zone-' || substr(id, 8), created_at, now() FROM domain`,
  );
  await client.query(
    `INSERT INTO endpoint (id, service, tls_mode, host, port, created_at, last_probed_at, last_verdict, zone_id, last_scanned_at)
    SELECT 'endpoint-' || d || '-' || h || '-' || s.port, s.service, s.tls_mode, 'mail' || h || '.d' || d || '.estate.test',
      s.port, now() - interval '90 days', now() - interval '1 minute', CASE WHEN (d * 5 + h) % 50 = 7 THEN 'crit' ELSE 'pass' END,
      'zone-' || d, now() - interval '3 hours'
    FROM generate_series(0, $1::int - 1) AS d, generate_series(0, $2::int - 1) AS h,
      jsonb_to_recordset($3::jsonb) AS s(service text, tls_mode text, port int)`,
    [
      domains,
      hostsOfDomain,
      JSON.stringify(servicesOfHost.map(([service, tls_mode, port]) => ({ service, tls_mode, port }))),
    ],
  );
  await client.query(
    `INSERT INTO domain_endpoint (domain_id, endpoint_id, origin, priority, weight, first_seen, last_seen)
    SELECT 'domain-' || split_part(id, '-', 2), id, CASE service WHEN 'smtp' THEN 'mx' ELSE 'srv' END, 0, 1, created_at, now()
    FROM endpoint`,
  );
}

/** A certificate a host by name and date; the bytes are those of a few real ones. */
async function fillCertificates(client: pg.Client): Promise<void> {
  const now = Date.now();
  const models = Array.from({ length: 20 }, (_, index) => {
    const { der } = issueCertificate({
      commonName: modelHost,
      dnsNames: [modelHost],
      keyType: index % 4 === 0 ? 'rsa' : 'ec',
      notBefore: now - 40 * dayMs,
      notAfter: now + 50 * dayMs,
    });
    const facts = readCertificateFacts(der);
    if (facts === null) throw new Error('a certificate of ours cannot be read');
    return { index, der: der.toString('hex'), issuer: facts.issuer, keyType: facts.keyType, keyBits: facts.keyBits };
  });
  await client.query(
    `INSERT INTO certificate (fingerprint, der, first_seen, facts_version, subject, common_name, issuer, serial_number, names,
      name_count, not_before, not_after, key_type, key_bits, signature_algorithm, self_signed, authority, weaknesses, in_use)
    SELECT encode(sha256(host::bytea), 'hex'), decode(m.der, 'hex'), now() - interval '40 days', 1, 'CN=' || host, host,
      m.issuer, md5(host), ARRAY[host], 1, now() - (age || ' days')::interval, now() + ((90 - age) || ' days')::interval,
      m."keyType", m."keyBits", 'sha256', false, false, '{}', true
    FROM (SELECT host, row_number() OVER (ORDER BY host) AS n, (hashtext(host)::bigint + 2147483648) % 89 AS age
      FROM (SELECT DISTINCT host FROM endpoint) AS hosts) AS named
    JOIN jsonb_to_recordset($1::jsonb) AS m(index int, der text, issuer text, "keyType" text, "keyBits" int) ON m.index = n % 20`,
    [JSON.stringify(models)],
  );
  await client.query(
    `INSERT INTO certificate_place (endpoint_id, address, vantage, fingerprint, role, since)
    SELECT id, '10.1.0.0', 'local', encode(sha256(host::bytea), 'hex'), 'server', now() - interval '40 days' FROM endpoint`,
  );
}

async function fillSpans(client: pg.Client): Promise<void> {
  const now = Date.now();
  const look = splitEndpointObservation({ ...lookAt(targetOf(1), now), vantage: 'local' });
  const [session] = look.pieces.filter(({ kind }) => kind === 'session');
  const others = look.pieces.filter(({ kind }) => kind !== 'session');
  const [leaf = ''] = [...look.certificates.keys()];
  for (const [fingerprint, der] of look.certificates) {
    await client.query(
      `INSERT INTO certificate (fingerprint, der, first_seen) VALUES ($1, decode($2, 'base64'), now())`,
      [fingerprint, der],
    );
  }
  const pieces = [...others, ...(session === undefined ? [] : [session])];
  // Two spans of each piece: what changed at some moment of the last month, and what has stood since.
  await client.query(
    `INSERT INTO observation_span (id, endpoint_id, kind, address, vantage, hash, facts, evidence, first_seen, last_seen,
      evidence_at, runs, newest)
    SELECT e.id || '-' || p.kind || '-' || age.old, e.id, p.kind, p.address, 'local', md5(e.id || p.hash || age.old),
      replace(replace(p.facts, $2, e.host), $3, encode(sha256(e.host::bytea), 'hex'))::jsonb,
      replace(replace(p.evidence, $2, e.host), $3, encode(sha256(e.host::bytea), 'hex'))::jsonb,
      CASE WHEN age.old THEN now() - interval '90 days' ELSE now() - changed.ago END,
      CASE WHEN age.old THEN now() - changed.ago ELSE now() - interval '1 minute' END,
      CASE WHEN age.old THEN now() - changed.ago ELSE now() - interval '1 minute' END, 2000, NOT age.old
    FROM endpoint e
    CROSS JOIN LATERAL (SELECT ((hashtext(e.id)::bigint + 2147483648) % 2500000) * interval '1 second' AS ago) AS changed
    CROSS JOIN jsonb_to_recordset($1::jsonb) AS p(kind text, address text, hash text, facts text, evidence text)
    CROSS JOIN (VALUES (true), (false)) AS age(old)`,
    [JSON.stringify(pieces.map(asText)), modelHost, leaf],
  );
  const discovery = splitDomainObservation({
    ...domainAt(modelDomain, { ports: [10_000], now }),
    vantage: 'local',
  });
  await client.query(
    `INSERT INTO observation_span (id, domain_id, kind, vantage, hash, facts, evidence, first_seen, last_seen, evidence_at)
    SELECT d.id || '-discovery', d.id, 'discovery', 'local', md5(d.id), replace($1, $3, d.name)::jsonb, replace($2, $3, d.name)::jsonb,
      now() - interval '90 days', now() - interval '1 minute', now() - interval '1 minute' FROM domain d`,
    [JSON.stringify(discovery.facts), JSON.stringify(discovery.evidence), modelDomain],
  );
  await client.query(
    `INSERT INTO discovery (id, domain_id, requested_at, requested_by, started_at, finished_at, state, observation)
    SELECT d.id || '-look', d.id, now() - interval '1 hour', 'latchwatch', now() - interval '1 hour', now() - interval '59 minutes',
      'done', replace($1, $2, d.name)::jsonb FROM domain d`,
    [JSON.stringify(discovery.evidence), modelDomain],
  );
  const zone = JSON.stringify({ ...healthyZone(), vantage: 'local' });
  await client.query(
    `INSERT INTO observation_span (id, zone_id, kind, vantage, hash, facts, evidence, first_seen, last_seen, evidence_at)
    SELECT z.id || '-look', z.id, 'zone', 'local', md5(z.id), replace($1, $2, z.name)::jsonb, replace($1, $2, z.name)::jsonb,
      now() - interval '90 days', now() - interval '1 minute', now() - interval '1 minute' FROM zone z`,
    [zone, modelDomain],
  );
}

function asText({ facts, evidence, ...piece }: SpanPiece) {
  return { ...piece, facts: JSON.stringify(facts), evidence: JSON.stringify(evidence) };
}

/** One host in 50 has an expired certificate: its findings, its incidents and 20 times as many that are over. */
async function fillFaults(client: pg.Client): Promise<void> {
  const params = `jsonb_build_object('host', e.host, 'port', e.port, 'service', e.service, 'notAfter', (extract(epoch FROM now()) * 1000)::bigint)`;
  await client.query(
    `INSERT INTO finding (id, fingerprint, code, verdict, endpoint_id, address, params, first_seen, last_seen, ended_at)
    SELECT e.id || '-finding-' || n, md5(e.id || n), 'certificate-expiry', 'crit', e.id, '10.1.0.0', ${params},
      now() - interval '2 hours' - n * interval '2 days', now() - n * interval '2 days' - interval '1 minute',
      CASE n WHEN 0 THEN NULL ELSE now() - n * interval '2 days' END
    FROM endpoint e, generate_series(0, 10) AS n WHERE e.last_verdict = 'crit'`,
  );
  await client.query(
    `INSERT INTO incident (id, fingerprint, dedup_key, instance, state, severity, code, endpoint_id, host, title, params,
      affected, found_runs, first_seen, last_seen, opened_at, resolved_at, updated_at)
    SELECT upper(substr(md5(e.id || n), 1, 26)), md5(e.id), 'certificate-expiry/' || e.id, n + 1,
      CASE n WHEN 0 THEN 'firing' ELSE 'resolved' END, CASE e.port WHEN 143 THEN 'error' ELSE 'critical' END, 'certificate-expiry', e.id, e.host,
      'The certificate of ' || e.host || ':' || e.port || ' has expired', ${params}, '["10.1.0.0"]'::jsonb, 3,
      now() - interval '2 hours' - n * interval '2 days', now() - n * interval '2 days' - interval '1 minute',
      now() - interval '2 hours' - n * interval '2 days',
      CASE n WHEN 0 THEN NULL ELSE now() - n * interval '2 days' END, now() - n * interval '2 days'
    FROM endpoint e, generate_series(0, 20) AS n WHERE e.last_verdict = 'crit'`,
  );
  await client.query(
    `INSERT INTO incident_event (incident_id, kind, at, actor, data)
    SELECT id, kind.name, first_seen, 'latchwatch', '{}'::jsonb FROM incident, (VALUES ('opened'), ('notified')) AS kind(name)`,
  );
}

/** What workers leave beside: tasks that are due later, a living worker, tags that were promised. */
async function fillWork(client: pg.Client): Promise<void> {
  await client.query(
    `INSERT INTO task (kind, ref, due_at) SELECT kind.name, e.id, now() + interval '1 hour'
    FROM endpoint e, (VALUES ('probe'), ('scan')) AS kind(name)`,
  );
  await client.query(
    `INSERT INTO worker_heartbeat (id, vantage, started_at, beat_at) VALUES ('w1', 'local', now(), now() + interval '1 hour')`,
  );
  await client.query(
    `INSERT INTO commitment (host, tag, first_seen, last_seen)
    SELECT DISTINCT host, tag.name, now() - interval '90 days', now() FROM endpoint, (VALUES ('tls12'), ('tls-cert')) AS tag(name)`,
  );
}

/** The fingerprint that the estate gives the certificate of a host. */
export function estateFingerprint(host: string): string {
  return createHash('sha256').update(host).digest('hex');
}
