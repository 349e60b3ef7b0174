import { countClientsBy } from './count-tags.ts';
import type { SelectedClients } from './selection.ts';

/** TLS versions as OpenSSL names them, the weakest first. */
const weakestFirst = ['none', 'SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Which TLS version clients used in their latest session. */
export interface TlsTable {
  /** The weakest first; '' (not told) last. */
  readonly versions: readonly string[];
  readonly rows: readonly TlsRow[];
  /** How many more names there are. */
  readonly otherClients: number;
}

export interface TlsRow {
  /** Name of the client; '': not told. */
  readonly client: string;
  /** In the order of `versions`. */
  readonly counts: readonly number[];
  readonly all: number;
  /** Of these, clients that say nothing of latches. */
  readonly silent: number;
}

/** Lays the selection out by name of the client and TLS version; first the rows with the most clients of weak versions. */
export function tlsTable(selected: readonly SelectedClients[], maxRows: number): TlsTable {
  const versions = [...new Set(selected.map(({ entry }) => entry.tlsVersion ?? ''))].sort(
    (a, b) => strength(a) - strength(b) || (a < b ? -1 : 1),
  );
  const byName = new Map<string, SelectedClients[]>();
  for (const clients of selected) {
    const known = byName.get(clients.entry.client.name);
    if (known === undefined) byName.set(clients.entry.client.name, [clients]);
    else known.push(clients);
  }
  const rows = [...byName].map(([client, group]): TlsRow => {
    const counts = countClientsBy(group, ({ entry }) => entry.tlsVersion ?? '');
    return {
      client,
      counts: versions.map((version) => counts.get(version) ?? 0),
      all: group.reduce((sum, { holders }) => sum + holders, 0),
      silent: group.reduce((sum, { entry, holders }) => sum + (entry.speaksDeep ? 0 : holders), 0),
    };
  });
  const weak = versions.filter((version) => isWeakTls(version)).length;
  const weakOf = ({ counts }: TlsRow): number => counts.slice(0, weak).reduce((sum, count) => sum + count, 0);
  rows.sort((a, b) => weakOf(b) - weakOf(a) || b.all - a.all || (a.client < b.client ? -1 : 1));
  return { versions, rows: rows.slice(0, maxRows), otherClients: Math.max(0, rows.length - maxRows) };
}

/** Whether RFC 8996 deprecates the version, or there was no TLS. What was not told is not weak. */
export function isWeakTls(version: string): boolean {
  const at = weakestFirst.indexOf(version);
  return at !== -1 && at < weakestFirst.indexOf('TLSv1.2');
}

/** What nobody knows stands behind what is known, and what was not told at the end. */
function strength(version: string): number {
  if (version === '') return weakestFirst.length + 1;
  const at = weakestFirst.indexOf(version);
  return at === -1 ? weakestFirst.length : at;
}
