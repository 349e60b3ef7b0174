import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { nothingToPublish, statusText } from '#lib/support/status-notice.ts';
import { NothingToPublish, StatusNoticePanel } from '#components/status-notice.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameters } from '#app/_queries/page-parameters.ts';
import { readNotices } from '#app/_queries/support-notice.ts';

export const metadata: Metadata = { title: 'Text for customers' };

export default async function NoticePage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const read = await readParameters(searchParams);
  const now = new Date();
  const incident = read('incident');
  const notices = await readNotices({ incident, host: read('host') }, now);
  if (notices === null) notFound();
  return (
    <>
      <PageHeader
        title="Text for customers"
        above={
          incident === null ? (
            <Link href="/support" className="link">
              Support desk
            </Link>
          ) : (
            <Link href={`/incidents/${encodeURIComponent(incident)}`} className="link">
              The incident
            </Link>
          )
        }
      >
        Plain words for your status page. Read it before you publish it: it knows what probes saw, and nothing else.
      </PageHeader>
      <div className="space-y-6">
        {notices.map(({ host, said }) => (
          <section key={host} className="rounded-lg border border-line bg-surface p-4">
            <h2 className="mb-3 font-mono text-base font-semibold">
              <ForeignText text={host} maxLength={253} />
            </h2>
            {said.kind === 'nothing' ? (
              <NothingToPublish sentences={nothingToPublish[said.why]} />
            ) : (
              <StatusNoticePanel
                item={{
                  ...{ host, isFelt: said.isFelt, text: statusText(said.notice) },
                  ...{ statusUrls: said.statusUrls, statusFaults: said.statusFaults },
                  fileHref: `/support/notice/file?${incident === null ? '' : `incident=${encodeURIComponent(incident)}&`}host=${encodeURIComponent(host)}`,
                }}
              />
            )}
          </section>
        ))}
      </div>
    </>
  );
}
