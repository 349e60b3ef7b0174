import { z } from 'zod';
import { showText } from '../checks/wording.ts';
import type { CertificateSet } from '../model/span.ts';
import { describeAddresses, describeDiscovery, describeTlsa } from './describe-records.ts';
import { describeSession } from './describe-session.ts';
import { compareSets, genericDifference } from './generic-difference.ts';

/** Two spans that follow each other: facts of the same piece, before and after. */
export interface Change {
  /** As spans name it, e.g. `session`; unknown kinds are compared field by field. */
  readonly kind: string;
  readonly before: unknown;
  readonly after: unknown;
  /** The leaves that the facts name, by fingerprint. */
  readonly certificates: CertificateSet;
}

const maxLines = 20;
const maxCharacters = 300;

/**
 * A change in words, one line a difference. Empty where nothing differs but an order. Works on facts as they are stored;
 * what this version does not know is compared field by field. Lines hold text from strangers: escape at output.
 */
export function describeChange(change: Change): readonly string[] {
  const lines = describeKnown(change) ?? genericDifference(change.before, change.after);
  const shown = lines.slice(0, maxLines).map((line) => showText(line, maxCharacters));
  return lines.length > maxLines ? [...shown, `and ${String(lines.length - maxLines)} more differences`] : shown;
}

function describeKnown(change: Change): readonly string[] | null {
  switch (change.kind) {
    case 'addresses':
      return describeAddresses(change);
    case 'session':
      return describeSession(change, change.certificates);
    case 'tlsa':
      return describeTlsa(change);
    case 'discovery':
      return describeDiscovery(change);
    case 'zone':
      return describeZone(change);
    case 'scan':
      return describeScan(change);
    default:
      return null;
  }
}

const state = z.looseObject({ state: z.string(), reason: z.string().optional() });
const zoneFacts = z.looseObject({
  validations: z.array(z.looseObject({ name: z.string(), type: z.string(), result: state })),
  nameServers: z.array(z.string()).nullable(),
});

/** DNSSEC states and name servers of a zone; its servers one by one in general words. */
function describeZone({ before, after }: Change): readonly string[] | null {
  const [old, now] = [zoneFacts.safeParse(before), zoneFacts.safeParse(after)];
  if (!old.success || !now.success) return null;
  const states = now.data.validations.flatMap(({ name, type, result }) => {
    const same = old.data.validations.find((item) => item.name === name && item.type === type);
    if (same === undefined || same.result.state === result.state) return [];
    const reason = result.reason === undefined ? '' : ` (${result.reason})`;
    return [`DNSSEC of ${name} ${type}: ${same.result.state} → ${result.state}${reason}`];
  });
  const { added, gone } = compareSets(old.data.nameServers ?? [], now.data.nameServers ?? []);
  const servers =
    old.data.nameServers === null || now.data.nameServers === null
      ? []
      : [...gone.map((name) => `name server ${name} gone`), ...added.map((name) => `name server ${name} new`)];
  const lines = [...states, ...servers];
  return lines.length > 0 ? lines : null;
}

const offer = z.looseObject({ outcome: z.string() });
const scanFacts = z.looseObject({
  versions: z.record(z.string(), offer),
  weakSuites: z.record(z.string(), offer),
});

/** What a deep scan found accepted that was refused, or the other way round. */
function describeScan({ before, after }: Change): readonly string[] | null {
  const [old, now] = [scanFacts.safeParse(before), scanFacts.safeParse(after)];
  if (!old.success || !now.success) return null;
  const lines = (['versions', 'weakSuites'] as const).flatMap((list) =>
    Object.entries(now.data[list]).flatMap(([name, { outcome }]) => {
      const was = old.data[list][name]?.outcome ?? 'unseen';
      const told = was !== 'unseen' && outcome !== 'unseen' && was !== outcome;
      return told ? [`${list === 'versions' ? name : `${name} cipher suites`}: ${was} → ${outcome}`] : [];
    }),
  );
  return lines.length > 0 ? lines : null;
}
