import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { createZoneKeys, type ZoneKey } from './zone-keys.ts';
import type { DenialSpec, SecondPass, SigningSpec, ZoneLine } from './zone-types.ts';

export const zoneTtlSeconds = 5;

export interface SigningJob {
  readonly zone: string;
  readonly folder: string;
  /** Name of the files it makes. */
  readonly version: string;
  /** With SOA, NS and delegations: `owner type data`. */
  readonly records: readonly string[];
  readonly signing: SigningSpec;
  readonly keys: readonly ZoneKey[];
  /** Seconds since the epoch. */
  readonly nowSeconds: number;
}

/** Signs a zone with ldns-signzone, which checks nothing of what it signs or when. */
export async function signZone(job: SigningJob): Promise<readonly ZoneLine[]> {
  const { signing, zone, keys } = job;
  // Of two keys with the same tag, ldns would add one only.
  const records = [...job.records, ...keys.map((key) => `${zone} DNSKEY ${key.data}`)];
  const signers = keys.filter((key) => key.spec.use === 'signs');
  const first = await runSigner({ ...job, records }, signers, signing);
  const { secondPass } = signing;
  if (secondPass === null) return first;
  const secondSigners = secondPass.keys === 'same' ? signers : await foreignKeys(job);
  const version = `${job.version}-second`;
  const second = await runSigner({ ...job, records, version }, secondSigners, { ...signing, ...secondPass });
  return merge(first, second, secondPass);
}

/** Zone file text of lines. */
export function zoneFileText(lines: readonly ZoneLine[]): string {
  return [...lines.map(({ owner, type, data }) => `${owner} ${zoneTtlSeconds} IN ${type} ${data}`), ''].join('\n');
}

async function foreignKeys({ zone, folder, keys }: SigningJob): Promise<readonly ZoneKey[]> {
  const specs = keys.slice(0, 1).map((key) => key.spec);
  return createZoneKeys(zone, specs, folder);
}

async function runSigner(
  job: SigningJob,
  keys: readonly ZoneKey[],
  { denial, validity }: Pick<SigningSpec, 'denial' | 'validity'>,
): Promise<readonly ZoneLine[]> {
  const file = join(job.folder, job.version);
  writeFileSync(file, [`$TTL ${zoneTtlSeconds}`, ...job.records, ''].join('\n'));
  const times = ['-i', String(job.nowSeconds + validity.from), '-e', String(job.nowSeconds + validity.until)];
  // -U: every algorithm among the keys signs everything (RFC 4035 section 2.2).
  await runCommand('ldns-signzone', [
    ...['-U', ...times, ...denialOptions(denial), '-o', job.zone, '-f', `${file}.signed`, file],
    ...keys.map((key) => key.file),
  ]);
  return readLines(readFileSync(`${file}.signed`, 'utf8'));
}

function denialOptions(denial: DenialSpec): readonly string[] {
  if (denial.kind === 'nsec') return [];
  const salt = denial.salt === '-' ? [] : ['-s', denial.salt];
  return ['-n', '-a', '1', '-t', String(denial.iterations), ...salt, ...(denial.optOut ? ['-p'] : [])];
}

/** One record a line, as ldns writes them: owner, TTL, class, type, data, comment. */
function readLines(text: string): readonly ZoneLine[] {
  return text.split('\n').flatMap((line) => {
    const [, owner, type, data] = /^(\S+)\s+\d+\s+IN\s+(\S+)\s*(.*?)\s*(?:;\{.*)?$/.exec(line) ?? [];
    return owner === undefined || type === undefined || data === undefined ? [] : [{ owner, type, data }];
  });
}

function merge(
  first: readonly ZoneLine[],
  second: readonly ZoneLine[],
  { types, signatures }: SecondPass,
): readonly ZoneLine[] {
  const concerned = (line: ZoneLine): boolean =>
    line.type === 'RRSIG' && types.some((type) => line.data.startsWith(`${type} `));
  const kept = signatures === 'replaced' ? first.filter((line) => !concerned(line)) : first;
  return [...kept, ...second.filter(concerned)];
}
