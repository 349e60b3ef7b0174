import type { Metadata } from 'next';
import { CertificateControls } from '#components/certificates/certificate-controls.tsx';
import { CertificateTable } from '#components/certificates/certificate-table.tsx';
import { CertificateTimeline } from '#components/certificates/certificate-timeline.tsx';
import { Pager } from '#components/pager.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PartialNote } from '#components/ui/state-note.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { certificateColumns, certificateControls } from '#app/_queries/certificate-controls.ts';
import { certificateItems } from '#app/_queries/certificate-item.ts';
import {
  firstView,
  queryOf,
  readCertificateView,
  viewHref,
  type CertificateView,
} from '#app/_queries/certificate-view.ts';
import {
  certificateStanding,
  listCertificates,
  maxCounted,
  type CertificatePlaceInList,
} from '#app/_queries/certificates.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Certificates' };

const pageSize = 30;

const dayText = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Rows of a page with all that stands in them; the counts above are not waited for. */
async function readItems(
  view: CertificateView,
  { after, now }: { readonly after: CertificatePlaceInList | null; readonly now: Date },
) {
  const { rows, next } = await listCertificates({ ...queryOf(view, now), after, limit: pageSize });
  return { items: await certificateItems(rows, { role: view.ca ? 'ca' : 'server', now }), next };
}

export default async function CertificatesPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const now = new Date();
  const { view, after } = readCertificateView(await readParameters(searchParams));
  const [{ items, next }, standing] = await Promise.all([
    readItems(view, { after, now }),
    certificateStanding.read(now),
  ]);
  const { counts, busyDays } = standing.value;
  const isNarrowed =
    viewHref({ ...view, table: false, zoom: 90, group: null, order: 'end', descending: false }) !== viewHref(firstView);
  return (
    <>
      <PageHeader title="Certificates">
        {counts.all.toLocaleString('en')} in use. {atMost(counts.soon)} have ended or end within 14 days.
      </PageHeader>
      {counts.unread === 0 ? null : (
        <div className="mb-4">
          <PartialNote shown={counts.all} total={counts.all + counts.unread} of="certificates">
            An older version stored the others. They are being read and join the list within a day.
          </PartialNote>
        </div>
      )}
      {busyDays.length === 0 ? null : (
        <div className="mb-4">
          <Banner tone="warn">
            <strong>Many certificates end on one day.</strong>
            {busyDays.map(({ day, certificates }) => (
              <span key={day.getTime()} className="block">
                <Link href={viewHref({ ...firstView, day: day.toISOString().slice(0, 10) })} className="link">
                  {certificates} certificates end on {dayText.format(day)}
                </Link>
              </span>
            ))}
            Renew them on different days: one renewal that fails takes down the rest with it.
          </Banner>
        </div>
      )}
      <CertificateControls {...certificateControls(view, counts)} />
      <Panel title={view.ca ? 'CA certificates that servers send' : 'Certificates of servers'} flush>
        {items.length === 0 ? (
          <EmptyState title={isNarrowed ? 'No certificate fits' : 'No certificate yet'}>
            {isNarrowed ? (
              <Link href="/certificates" className="link">
                Show all that are in use
              </Link>
            ) : (
              'They appear with the first probe that reaches a server over TLS.'
            )}
          </EmptyState>
        ) : view.table ? (
          <CertificateTable items={items} columns={certificateColumns(view)} now={now.getTime()} />
        ) : (
          <CertificateTimeline items={items} zoom={view.zoom} now={now.getTime()} />
        )}
        <Pager
          first={after === null ? null : viewHref(view)}
          next={next === null ? null : viewHref(view, { after: next })}
        />
      </Panel>
    </>
  );
}

function atMost(count: number): string {
  return count >= maxCounted ? `${String(maxCounted)} or more` : String(count);
}
