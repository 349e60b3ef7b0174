import { TlsFailureTable, TlsReporterTable, type TlsFailureItem, type TlsReporterItem } from './tls-report-table.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { Panel } from './ui/panel.tsx';

/** The TLS reports of some days, summed up. */
export interface TlsReportSummary {
  readonly days: number;
  readonly sessions: number;
  readonly failedSessions: number;
  readonly failures: readonly TlsFailureItem[];
  readonly reporters: readonly TlsReporterItem[];
  /** True: there are more reports than were read; the numbers are of the latest. */
  readonly cut: boolean;
}

/** What other providers saw on port 25 (RFC 8460), beside what mail clients say of the other ports. */
export function TlsReportPanel({ summary, now }: { readonly summary: TlsReportSummary; readonly now: number }) {
  const { days, sessions, failedSessions, failures, reporters, cut } = summary;
  if (reporters.length === 0) {
    return (
      <Panel title="Port 25, as other providers see it" flush>
        <EmptyState title="No TLS report has come">
          Publish a TXT record at _smtp._tls of each mail domain, and hand the reports in: latchwatch import-reports
          FILE, or POST them to a source as message/rfc822. Until then this is unknown, not fine.
        </EmptyState>
      </Panel>
    );
  }
  const [failed, all] = [failedSessions.toLocaleString('en'), sessions.toLocaleString('en')];
  return (
    <Panel
      title="Port 25, as other providers see it"
      flush
      aside={`${failed} of ${all} reported sessions failed in ${String(days)} days`}
    >
      {failures.length === 0 ? (
        <EmptyState title="None that reports met a failure">
          Providers that send no TLS reports may have met some: most do not report.
        </EmptyState>
      ) : (
        <TlsFailureTable items={failures} now={now} />
      )}
      <details className="border-t border-line">
        <summary className="min-h-9 cursor-pointer px-4 py-2 text-sm">Who reports ({reporters.length})</summary>
        <TlsReporterTable items={reporters} now={now} />
      </details>
      {cut ? (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">
          More reports came than are read for this page: these are the latest.
        </p>
      ) : null}
    </Panel>
  );
}
