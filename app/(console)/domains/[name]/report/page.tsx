import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { DomainReportFindings } from '#components/domain-report-findings.tsx';
import { EndpointTable } from '#components/endpoint-table.tsx';
import { SrvTable } from '#components/srv-table.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { wordOfVerdict } from '#components/ui/tone.ts';
import { ZoneTable } from '#components/zone-table.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { readDomainReport } from '#app/_queries/domain-report.ts';
import { findDomain } from '#app/_queries/domains.ts';

export const metadata: Metadata = { title: 'Report' };

/** Everything that is known of a domain, open and in one piece, for paper. */
export default async function ReportPage({ params }: { readonly params: Promise<{ readonly name: string }> }) {
  await requirePerson();
  const now = new Date();
  const nowMs = now.getTime();
  const name = parseDomainName(decodeURIComponent((await params).name));
  const domain = name.ok ? await findDomain(name.value.ascii, now) : null;
  if (domain === null) notFound();
  const report = await readDomainReport(domain, now);
  const page = `/domains/${encodeURIComponent(domain.name)}`;
  return (
    <>
      <PageHeader
        above={
          <Link href={page} className="link font-mono print:hidden">
            {domain.name}
          </Link>
        }
        title={`Report on ${domain.name}`}
        actions={
          <a href={`${page}/export`} className="link print:hidden">
            As JSON
          </a>
        }
      >
        <p>
          As known on <TimeStamp at={nowMs} now={nowMs} form="absolute" />. Print it from the browser.
        </p>
      </PageHeader>
      <div className="space-y-6">
        {report.incomplete ? (
          <Banner tone="warn">There is more than fits here: the first 200 endpoints and 500 findings are shown.</Banner>
        ) : null}
        <Panel title="By rule pack">
          <Facts
            facts={report.lenses.map(({ verdict, draft, current }) => ({
              name: wordOfVerdict[verdict],
              value: `${String(draft)} by the draft of 2015, ${String(current)} by current practice`,
            }))}
          />
        </Panel>
        {report.srv.length === 0 ? null : (
          <Panel title="SRV records and reality" flush>
            <SrvTable items={report.srv} stale={report.dns.freshness !== 'fresh'} />
          </Panel>
        )}
        <Panel title="Findings that hold" flush aside={String(report.findings.length)}>
          {report.findings.length === 0 ? (
            <EmptyState title="None">Nothing that was looked at has a fault that is known.</EmptyState>
          ) : (
            <DomainReportFindings findings={report.findings} now={nowMs} />
          )}
        </Panel>
        <Panel title="Endpoints" flush aside={String(report.endpoints.length)}>
          <EndpointTable items={report.endpoints} now={nowMs} />
        </Panel>
        {report.zones.length === 0 ? null : (
          <Panel title="DNS zones" flush>
            <ZoneTable items={report.zones} now={nowMs} />
          </Panel>
        )}
      </div>
    </>
  );
}
