import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dnsAddresses } from './addresses.ts';
import { buildZones } from './build-zones.ts';
import { dnssecZones } from './dnssec-zones.ts';
import { machinesInDns, mailPorts, mailServices, type LabDomain } from './domain-types.ts';
import { runFolder } from './folders.ts';
import { publicKeyDigest } from './pki.ts';
import { domainKey, pki } from './server-certificates.ts';
import { plainSigning, rightDs } from './signing.ts';
import type { ServedZone, ZoneSource } from './zone-types.ts';
import { unchanged } from './zone-faults.ts';

export const dnsFolder = join(runFolder, 'dns');
export const rootHintsFile = join(dnsFolder, 'root.hints');
export const trustAnchorsFile = join(dnsFolder, 'root.key');

/** Builds and signs all zones of the lab, and writes hints and anchor. */
export async function buildLabZones(domains: readonly LabDomain[], now: number): Promise<readonly ServedZone[]> {
  mkdirSync(dnsFolder, { recursive: true });
  const sources = [
    registry('.', dnsAddresses.root),
    registry('test.', dnsAddresses.topLevel),
    registry('dnssec.test.', dnsAddresses.topLevel),
    ...domains.map(mailZone),
    ...dnssecZones.map((zone) => zone.source),
  ];
  const { served, rootKey } = await buildZones(sources, { folder: dnsFolder, now });
  writeFileSync(rootHintsFile, `.  3600000  NS  ns.root-lab.\nns.root-lab.  3600000  A  ${dnsAddresses.root}\n`);
  // With a TTL, as trust anchor files have it.
  writeFileSync(trustAnchorsFile, `. 3600 IN DNSKEY ${rootKey}\n`);
  return served;
}

/** A zone that only delegates. */
function registry(name: string, address: string): ZoneSource {
  return {
    name,
    records: [],
    signing: plainSigning,
    ds: name === '.' ? [] : rightDs,
    servers: [{ address, serves: 'current' }],
    change: unchanged,
  };
}

/** Zone of a mail domain: address records, TLSA and the records of the table. */
function mailZone(domain: LabDomain): ZoneSource {
  const hosts = machinesInDns(domain).flatMap(({ hosts, address }) => hosts.map((host) => `${host}. A ${address}`));
  return {
    ...domain.zone,
    name: `${domain.name}.`,
    change: unchanged,
    records: [...hosts, ...domain.records, ...tlsaRecords(domain)],
  };
}

function tlsaRecords(domain: LabDomain): readonly string[] {
  if (domain.tlsa === 'none') return [];
  const data = tlsaData(domain, domain.tlsa);
  const hosts = new Set(domain.servers.flatMap((server) => server.hosts));
  return [...hosts].flatMap((host) =>
    mailServices.map((service) => `_${mailPorts[service]}._tcp.${host}. TLSA ${data}`),
  );
}

function tlsaData(domain: LabDomain, kind: Exclude<LabDomain['tlsa'], 'none'>): string {
  switch (kind) {
    case 'matching':
      return `3 1 1 ${publicKeyDigest(domainKey(domain, 'current'))}`;
    case 'mismatch':
      return `3 1 1 ${publicKeyDigest(domainKey(domain, 'never-served'))}`;
    case 'intermediate':
      return `2 1 1 ${publicKeyDigest(pki.intermediate.keyFile)}`;
  }
}
