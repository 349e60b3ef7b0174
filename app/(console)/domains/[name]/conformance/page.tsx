import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { parseDomainName } from '#lib/model/domain-name.ts';
import { ConformanceSummary } from '#components/conformance-summary.tsx';
import { ConformanceTable, type ConformanceItem } from '#components/conformance-table.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { conformanceItems, countStandings } from '#app/_queries/conformance-item.ts';
import { readKeptConformance } from '#app/_queries/conformance.ts';
import { findDomain } from '#app/_queries/domains.ts';
import { readParameter, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Conformance' };

const views = [
  { name: null, text: 'All statements' },
  { name: 'against', text: 'What does not hold' },
  { name: 'unknown', text: 'What is not known' },
] as const;

const bad = ['crit', 'fail', 'warn'];
const unknown = ['inconclusive', 'not-looked-at'];

function isShown({ draft, current }: ConformanceItem, view: string | null): boolean {
  switch (view) {
    case 'against':
      return bad.includes(draft) || bad.includes(current);
    case 'unknown':
      return unknown.includes(draft) || unknown.includes(current);
    default:
      return true;
  }
}

interface Props {
  readonly params: Promise<{ readonly name: string }>;
  readonly searchParams: SearchParameters;
}

export default async function ConformancePage({ params, searchParams }: Props) {
  await requirePerson();
  const now = new Date();
  const name = parseDomainName(decodeURIComponent((await params).name));
  const domain = name.ok ? await findDomain(name.value.ascii, now) : null;
  if (domain === null) notFound();
  const { value: conformance, readAt } = await readKeptConformance(domain, now);
  const view = await readParameter(searchParams, 'show');
  const items = conformanceItems(conformance).filter((item) => isShown(item, view));
  const page = `/domains/${encodeURIComponent(domain.name)}`;
  return (
    <>
      <PageHeader
        above={
          <Link href={page} className="link font-mono">
            {domain.name}
          </Link>
        }
        title="Conformance"
      >
        <span>
          draft-ietf-uta-email-deep-00, statement by statement, over {conformance.endpoints.length} endpoints; judged{' '}
          <TimeStamp at={readAt} now={now.getTime()} form="absolute" />
        </span>
      </PageHeader>
      <div className="space-y-6">
        {conformance.incomplete ? (
          <Banner tone="warn">
            The domain has more endpoints than this page judges: the first {conformance.endpoints.length} by name are
            counted.
          </Banner>
        ) : null}
        <Panel title="In short">
          <div className="grid gap-5 md:grid-cols-2">
            <ConformanceSummary title="Draft of 2015" counts={countStandings(conformance.rows, 'draft')} />
            <ConformanceSummary title="Current practice" counts={countStandings(conformance.rows, 'current')} />
          </div>
        </Panel>
        <Panel
          title="Statements"
          flush
          aside={
            <nav aria-label="Which statements" className="flex flex-wrap gap-x-4 print:hidden">
              {views.map((item) => (
                <Link
                  key={item.text}
                  href={item.name === null ? `${page}/conformance` : `${page}/conformance?show=${item.name}`}
                  aria-current={view === item.name ? 'page' : undefined}
                  className={`inline-flex min-h-6 items-center ${view === item.name ? 'font-semibold text-text' : 'link'}`}
                >
                  {item.text}
                </Link>
              ))}
            </nav>
          }
        >
          {items.length === 0 ? <EmptyState title="No statement" /> : <ConformanceTable items={items} />}
        </Panel>
      </div>
    </>
  );
}
