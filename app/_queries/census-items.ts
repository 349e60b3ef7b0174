import type { ClientTlsItem } from '#components/client-tls-table.tsx';
import type { CoverageItem } from '#components/coverage-table.tsx';
import type { LatchCell, LatchMatrixItem, TagTrend } from '#components/latch-matrix.tsx';
import type { TagCount } from '#lib/census/count-tags.ts';
import { canReport, coverageByService, silentLoginsADay } from '#lib/census/coverage.ts';
import type { SelectedClients } from '#lib/census/selection.ts';
import { tagMatrix } from '#lib/census/tag-matrix.ts';
import { isWeakTls, tlsTable } from '#lib/census/tls-table.ts';
import type { CoverageCount } from '#lib/model/census.ts';
import type { Role } from '#lib/model/role.ts';
import { coverageDays } from './census-cube.ts';
import { censusHref, lately } from './census-filter.ts';
import { showCount } from './show-count.ts';

const maxColumns = 8;
const maxTlsRows = 30;

export function latchCell(count: TagCount, role: Role): LatchCell {
  return {
    latched: showCount(count.latched, role),
    supported: showCount(count.supported, role),
    presumed: showCount(count.presumed, role),
  };
}

/** Tags by clients as this role may see them, with the last days of each tag where they are known. */
export function latchMatrixItem(
  selected: readonly SelectedClients[],
  { role, trends }: { readonly role: Role; readonly trends: ReadonlyMap<string, TagTrend> },
): LatchMatrixItem {
  const { clients, otherClients, rows } = tagMatrix(selected, maxColumns);
  const hrefOf = (tag: string | null, client: string | null): string =>
    censusHref({ tag, filter: { ...lately, client } });
  return {
    otherClients,
    clients: clients.map((name) => ({ name, href: hrefOf(null, name) })),
    rows: rows.map(({ tag, cells, others, all }) => ({
      ...{ tag, href: hrefOf(tag, null), others: latchCell(others, role), all: latchCell(all, role) },
      trend: trends.get(tag) ?? null,
      cells: cells.map((cell, index) => ({ ...latchCell(cell, role), href: hrefOf(tag, clients[index] ?? null) })),
    })),
  };
}

/** TLS versions by clients as this role may see them. */
export function clientTlsItem(selected: readonly SelectedClients[], role: Role): ClientTlsItem {
  const { versions, rows, otherClients } = tlsTable(selected, maxTlsRows);
  return {
    otherClients,
    versions: versions.map((version) => ({
      ...{ version, weak: isWeakTls(version) },
      href: censusHref({ tag: null, filter: { ...lately, tlsVersion: version } }),
    })),
    rows: rows.map(({ client, counts, all, silent }) => ({
      ...{ client, href: censusHref({ tag: null, filter: { ...lately, client } }) },
      counts: counts.map((count) => showCount(count, role)),
      all: showCount(all, role),
      silent: showCount(silent, role),
    })),
  };
}

/** Coverage by service. Numbers of logins are nobody's in particular, so every role sees them. */
export function coverageItems(counts: readonly CoverageCount[]): readonly CoverageItem[] {
  return coverageByService(counts).map(({ service, coverage }) => ({
    ...{ service, canReport: canReport(service) },
    loginsADay: Math.ceil(coverage.logins / coverageDays),
    named: coverage.named / coverage.logins,
    spokeOfLatches: coverage.spokeOfLatches / coverage.logins,
    silentADay: silentLoginsADay(coverage, coverageDays),
  }));
}
