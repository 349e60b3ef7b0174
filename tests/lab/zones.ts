import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dnsAddresses } from './addresses.ts';
import { mailPorts, mailServices, type LabDomain } from './domain-types.ts';
import { runFolder } from './folders.ts';
import { publicKeyDigest } from './pki.ts';
import { runCommand } from './run-command.ts';
import { domainKey } from './server-certificates.ts';

const daySeconds = 86_400;
const ttlSeconds = 5;

export const dnsFolder = join(runFolder, 'dns');
export const rootHintsFile = join(dnsFolder, 'root.hints');
export const trustAnchorsFile = join(dnsFolder, 'root.key');

export interface ZoneSource {
  /** Absolute, with the final dot. */
  readonly name: string;
  /** `owner type data`, owners absolute; without SOA. */
  readonly records: readonly string[];
  readonly signed: boolean;
}

/** A zone as a name server loads it, and what its parent has to publish. */
export interface BuiltZone {
  readonly name: string;
  readonly file: string;
  /** DS of a signed zone, as a zone file line; null for an unsigned one. */
  readonly ds: string | null;
}

/** Zone of a mail domain: delegation target, address records, TLSA and the records of the table. */
function mailZone(domain: LabDomain): ZoneSource {
  const name = `${domain.name}.`;
  const hosts = domain.servers.flatMap((server) => server.hosts.map((host) => `${host}. A ${server.address}`));
  return {
    name,
    signed: domain.signed,
    records: [...delegation(name, dnsAddresses.zones), ...hosts, ...domain.records, ...tlsaRecords(domain)],
  };
}

function tlsaRecords(domain: LabDomain): readonly string[] {
  if (domain.tlsa === 'none') return [];
  const digest = publicKeyDigest(domainKey(domain, domain.tlsa === 'matching' ? 'current' : 'never-served'));
  const hosts = new Set(domain.servers.flatMap((server) => server.hosts));
  return [...hosts].flatMap((host) =>
    mailServices.map((service) => `_${mailPorts[service]}._tcp.${host}. TLSA 3 1 1 ${digest}`),
  );
}

/** NS and its address; the same two lines stand in the zone and, as delegation and glue, in its parent. */
function delegation(zone: string, address: string): readonly string[] {
  return [`${zone} NS ns.${zone}`, `ns.${zone} A ${address}`];
}

export interface BuiltZones {
  readonly root: BuiltZone;
  readonly topLevel: BuiltZone;
  readonly mail: readonly BuiltZone[];
}

/** Builds and signs all zones, leaves first because a parent publishes their DS, and writes hints and anchor. */
export async function buildZones(domains: readonly LabDomain[], now: number): Promise<BuiltZones> {
  mkdirSync(dnsFolder, { recursive: true });
  const mail = await Promise.all(domains.map((domain) => buildZone(mailZone(domain), now)));
  const topLevel = await buildZone(
    { name: 'test.', signed: true, records: parentRecords('test.', dnsAddresses.topLevel, mail, dnsAddresses.zones) },
    now,
  );
  // The root's server is named outside of the root's children, so that a priming query is answered in full.
  const rootServer = ['. NS ns.root-lab.', `ns.root-lab. A ${dnsAddresses.root}`];
  const children = childRecords([topLevel], dnsAddresses.topLevel);
  const root = await buildZone({ name: '.', signed: true, records: [...rootServer, ...children] }, now);
  writeFileSync(rootHintsFile, `.  3600000  NS  ns.root-lab.\nns.root-lab.  3600000  A  ${dnsAddresses.root}\n`);
  writeFileSync(trustAnchorsFile, rootAnchor());
  return { root, topLevel, mail };
}

function parentRecords(
  name: string,
  address: string,
  children: readonly BuiltZone[],
  childAddress: string,
): readonly string[] {
  return [...delegation(name, address), ...childRecords(children, childAddress)];
}

function childRecords(children: readonly BuiltZone[], address: string): readonly string[] {
  return children.flatMap((child) => [...delegation(child.name, address), ...(child.ds === null ? [] : [child.ds])]);
}

async function buildZone(source: ZoneSource, now: number): Promise<BuiltZone> {
  const folder = zoneFolder(source.name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'zone');
  const soa = `${source.name} SOA ns.${source.name === '.' ? 'root-lab.' : source.name} hostmaster.test. 1 3600 600 ${14 * daySeconds} ${ttlSeconds}`;
  writeFileSync(file, [`$TTL ${ttlSeconds}`, soa, ...source.records, ''].join('\n'));
  if (!source.signed) return { name: source.name, file, ds: null };
  const key = (await runCommand('ldns-keygen', ['-k', '-a', 'ECDSAP256SHA256', source.name], { cwd: folder })).trim();
  const nowSeconds = Math.floor(now / 1000);
  await runCommand(
    'ldns-signzone',
    [
      ...['-i', String(nowSeconds - daySeconds), '-e', String(nowSeconds + 30 * daySeconds)],
      ...['-o', source.name, '-f', 'zone.signed', 'zone', key],
    ],
    { cwd: folder },
  );
  writeFileSync(join(folder, 'dnskey'), readFileSync(join(folder, `${key}.key`)));
  return { name: source.name, file: `${file}.signed`, ds: readFileSync(join(folder, `${key}.ds`), 'utf8').trim() };
}

/** The root's key in zone file form, with a TTL as trust anchor files have it. */
function rootAnchor(): string {
  const line = readFileSync(join(zoneFolder('.'), 'dnskey'), 'utf8')
    .replace(/;.*$/m, '')
    .trim();
  return `${line.replace(/\s+IN\s+/, ' 3600 IN ')}\n`;
}

function zoneFolder(name: string): string {
  return join(dnsFolder, name === '.' ? 'root' : name);
}
