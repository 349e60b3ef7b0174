import type { Metadata } from 'next';
import { AnonymousTable } from '#components/anonymous-table.tsx';
import { CensusNumbers } from '#components/census-numbers.tsx';
import { CensusTrend } from '#components/census-trend.tsx';
import { ClientTlsTable } from '#components/client-tls-table.tsx';
import { CohortTable } from '#components/cohort-table.tsx';
import { CoverageTable } from '#components/coverage-table.tsx';
import { LatchMatrix } from '#components/latch-matrix.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StaleNote } from '#components/ui/state-note.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { QuestionWords } from '#components/question-words.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { listAnonymousReports } from '#app/_queries/anonymous-reports.ts';
import { censusHref, narrowed, readCensusQuestion, shownDays } from '#app/_queries/census-filter.ts';
import { clientTlsItem, coverageItems, latchMatrixItem } from '#app/_queries/census-items.ts';
import { censusNumbers } from '#app/_queries/census-numbers.ts';
import { readCensusTrends } from '#app/_queries/census-trend.ts';
import { cohortsByClient, cohortsByLastSeen, cohortsByServer } from '#app/_queries/cohort-rows.tsx';
import { readStaleReportAt } from '#app/_queries/last-report.ts';
import { readLateClients, selectLateClients } from '#app/_queries/late-clients.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { showCount } from '#app/_queries/show-count.ts';

export const metadata: Metadata = { title: 'Clients' };

const maxAnonymous = 15;

export default async function LatchesPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date();
  const question = await readCensusQuestion(searchParams);
  const { role } = person;
  const [{ value: clients, readAt }, trends, staleAt] = await Promise.all([
    readLateClients(now),
    readCensusTrends(now, role),
    readStaleReportAt(now.getTime()),
  ]);
  const { cube, all } = clients;
  const anonymous = await listAnonymousReports(cube, { days: shownDays, now, limit: maxAnonymous });
  const isNarrowed = censusHref(question) !== '/latches';
  const asked = isNarrowed ? selectLateClients(clients, { filter: question.filter, now: now.getTime() }) : null;
  const coverage = coverageItems(cube.coverage);
  const matrix = latchMatrixItem(all, { role, trends: trends.ofTags });
  return (
    <>
      <PageHeader
        title="Clients"
        actions={
          personMay(person, 'accounts:read') ? (
            <Link href="/latches/account" className={buttonLook('plain')}>
              Look an account up
            </Link>
          ) : undefined
        }
      >
        <p>
          Mail programs that your customers use, and the security tags that they require from now on. One account with
          one program at one service counts once, if it was seen in the last {shownDays} days. Counted{' '}
          <TimeStamp at={readAt} now={now.getTime()} form="relative" />.
        </p>
      </PageHeader>
      <div className="space-y-6">
        {staleAt === null ? null : (
          <StaleNote at={staleAt} now={now.getTime()}>
            No source has told anything since: see under Settings, Sources.
          </StaleNote>
        )}
        {asked === null ? null : (
          <Panel
            title="Which clients"
            aside={
              <Link href="/latches" className="link">
                All clients
              </Link>
            }
            flush
          >
            <QuestionWords
              tag={question.tag}
              {...question.filter}
              days={question.filter.withinDays}
              allHref={censusHref(narrowed(question, { withinDays: null }))}
            />
            {asked.all.length === 0 ? (
              <EmptyState title="None reported">
                That is not the same as none: clients that say nothing, and all that use POP, are unknown.
              </EmptyState>
            ) : (
              <div className="divide-y divide-line border-t border-line">
                <CohortTable
                  caption="By client"
                  column={question.filter.client === null ? 'Program' : 'Version'}
                  {...cohortsByClient(asked.all, { question, role })}
                />
                <CohortTable
                  caption="By last day seen"
                  column="Last seen"
                  {...cohortsByLastSeen(asked.byRange, { question, role })}
                />
                <CohortTable caption="By server" column="Server" {...cohortsByServer(asked.all, { question, role })} />
              </div>
            )}
          </Panel>
        )}
        <CensusNumbers {...censusNumbers(all, { coverage: cube.coverage, role })} />
        <Panel title="Security tags by program" flush>
          {matrix.rows.length === 0 ? (
            <EmptyState title="No client has reported a security tag">
              Clients report what they latched with IMAP ID or SMTP CLIENT. Those that say nothing may still hold tags:
              see below how many logins that are.
            </EmptyState>
          ) : (
            <>
              <LatchMatrix item={matrix} />
              <p className="border-t border-line px-4 py-2 text-sm text-muted">
                The first number is who reported the tag as latched. Presumed: the program is known to latch, and was
                there while the tag was advertised, but did not say so. Count both as locked out when the tag goes.
              </p>
            </>
          )}
        </Panel>
        <Panel title="Latched over time" aside="beside when it was advertised" flush>
          {trends.trend === null ? (
            <EmptyState title="Not two days yet">
              A worker counts the census once a day. From the second day on this shows who latched what, and when.
            </EmptyState>
          ) : (
            <CensusTrend item={trends.trend} />
          )}
        </Panel>
        <Panel title="Who can tell us, and who does" aside="logins of the last 30 days" flush>
          {coverage.length === 0 ? (
            <EmptyState title="No login was reported yet">
              Without logins nobody can say what share of your customers these numbers stand for.
            </EmptyState>
          ) : (
            <CoverageTable items={coverage} />
          )}
        </Panel>
        <Panel title="Programs by TLS version" aside="latest session of each client" flush>
          {all.length === 0 ? (
            <EmptyState title="No login was reported yet">
              Connect a mail server under Settings, Sources: its log is enough to see who still uses old TLS versions.
            </EmptyState>
          ) : (
            <ClientTlsTable item={clientTlsItem(all, role)} />
          )}
        </Panel>
        <Panel title="Reports without a login" aside={`last ${String(shownDays)} days`} flush>
          <p className="px-4 py-3 text-sm text-muted">
            Anybody who reaches the server can send these. They are not counted above.
          </p>
          {anonymous.length === 0 ? (
            <p className="border-t border-line px-4 py-3 text-sm text-muted">None came.</p>
          ) : (
            <div className="border-t border-line">
              <AnonymousTable
                items={anonymous.map(({ entry, reports, lastDay }) => ({
                  ...{ name: entry.client.name, version: entry.client.version, latched: entry.latched, lastDay },
                  key: String(entry.id),
                  server: entry.server.hosts[0] ?? entry.server.address ?? '',
                  reports: showCount(reports, role),
                }))}
              />
            </div>
          )}
        </Panel>
      </div>
    </>
  );
}
