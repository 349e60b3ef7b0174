import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signZone, zoneFileText, zoneTtlSeconds } from './sign-zone.ts';
import { createZoneKeys, dsData, type ZoneKey } from './zone-keys.ts';
import type { ServedZone, SigningSpec, ZoneLine, ZoneServer, ZoneSource } from './zone-types.ts';

const daySeconds = 86_400;
const soaTimes = `3600 600 ${14 * daySeconds} ${zoneTtlSeconds}`;
/** The version that a stale secondary still has. */
const older = { serial: 1, validity: { from: -21 * daySeconds, until: -daySeconds } } as const;
const currentSerial = 2;

interface KeyedZone {
  readonly source: ZoneSource;
  readonly folder: string;
  readonly keys: readonly ZoneKey[];
}

export interface BuiltZones {
  readonly served: readonly ServedZone[];
  /** Data of the DNSKEY record of the root. */
  readonly rootKey: string;
}

/**
 * Makes keys, signs and writes all zones. A zone is delegated by the one above it in `sources`, so one of them has to
 * be the root. All are signed at once: the DS records of a parent need the keys of its children only.
 */
export async function buildZones(
  sources: readonly ZoneSource[],
  options: { readonly folder: string; readonly now: number },
): Promise<BuiltZones> {
  const keyed = await Promise.all(sources.map((source) => withKeys(source, options.folder)));
  const parents = new Map(sources.map((source) => [source, parentOf(source, sources)]));
  const served = await Promise.all(
    keyed.map((zone) => {
      const children = keyed.filter((other) => parents.get(other.source) === zone.source);
      return writeVersions(zone, children, Math.floor(options.now / 1000));
    }),
  );
  const rootKey = keyed.find((zone) => zone.source.name === '.')?.keys[0]?.data;
  if (rootKey === undefined) throw new Error('The zones of the lab have no signed root.');
  return { served: served.flat(), rootKey };
}

async function withKeys(source: ZoneSource, dnsFolder: string): Promise<KeyedZone> {
  const folder = join(dnsFolder, source.name === '.' ? 'root' : source.name);
  mkdirSync(folder, { recursive: true });
  return { source, folder, keys: await createZoneKeys(source.name, source.signing?.keys ?? [], folder) };
}

/** The closest other zone that the name is below; none for the root. */
function parentOf(source: ZoneSource, sources: readonly ZoneSource[]): ZoneSource | undefined {
  return sources
    .filter((other) => other !== source && isBelow(source.name, other.name))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function isBelow(name: string, zone: string): boolean {
  return zone === '.' || name.endsWith(`.${zone}`);
}

async function writeVersions(
  zone: KeyedZone,
  children: readonly KeyedZone[],
  nowSeconds: number,
): Promise<readonly ServedZone[]> {
  const { source, folder } = zone;
  const versions = (['current', 'older'] as const).filter((one) => source.servers.some(({ serves }) => serves === one));
  const files = new Map<ZoneServer['serves'], string>();
  for (const version of versions) {
    const file = join(folder, `${version}.zone`);
    writeFileSync(file, zoneFileText(await linesOf({ zone, children, version, nowSeconds })));
    files.set(version, file);
  }
  return source.servers.flatMap(({ address, serves }) => {
    const file = files.get(serves);
    return file === undefined ? [] : [{ name: source.name, address, file }];
  });
}

interface Version {
  readonly zone: KeyedZone;
  readonly children: readonly KeyedZone[];
  readonly version: 'current' | 'older';
  readonly nowSeconds: number;
}

async function linesOf({ zone, children, version, nowSeconds }: Version): Promise<readonly ZoneLine[]> {
  const { source, keys, folder } = zone;
  const { signing } = source;
  const serial = version === 'current' ? currentSerial : older.serial;
  const soa = `${source.name} SOA ${nameServerNames(source)[0] ?? '.'} hostmaster.test. ${serial} ${soaTimes}`;
  const own = [soa, ...nameServerRecords(source), ...source.records];
  if (signing === null) return [...own, ...children.flatMap(delegation)].map(parseLine);
  // A signer that opts out has no NSEC3 for unsigned delegations (RFC 5155 section 6); ldns would make one.
  const optedOut = signing.denial.kind === 'nsec3' && signing.denial.optOut;
  const [unsigned, rest] = [
    children.filter((child) => optedOut && child.source.ds.length === 0),
    children.filter((child) => !optedOut || child.source.ds.length > 0),
  ];
  const lines = await signZone({
    zone: source.name,
    folder,
    version,
    records: [...own, ...rest.flatMap(delegation)],
    signing: versionSigning(signing, version),
    keys,
    nowSeconds,
  });
  return source.change([...lines, ...unsigned.flatMap(delegation).map(parseLine)]);
}

function versionSigning(signing: SigningSpec, version: 'current' | 'older'): SigningSpec {
  return version === 'current' ? signing : { ...signing, validity: older.validity };
}

/** NS with addresses, and the DS records: what a parent says of its child. */
function delegation({ source, keys }: KeyedZone): readonly string[] {
  return [
    ...nameServerRecords(source),
    ...source.ds.map((spec) => `${source.name} DS ${dsData(source.name, spec, keys)}`),
  ];
}

function nameServerRecords(source: ZoneSource): readonly string[] {
  const names = nameServerNames(source);
  return source.servers.flatMap(({ address }, index) => {
    const name = names[index] ?? '.';
    return [`${source.name} NS ${name}`, `${name} A ${address}`];
  });
}

function nameServerNames({ name, servers }: ZoneSource): readonly string[] {
  // The root's server is named outside of the root's children, so that a priming query is answered in full.
  return servers.map((_, index) => (name === '.' ? 'ns.root-lab.' : `ns${index === 0 ? '' : index + 1}.${name}`));
}

function parseLine(record: string): ZoneLine {
  const [owner = '', type = '', ...data] = record.split(' ');
  return { owner, type, data: data.join(' ') };
}
