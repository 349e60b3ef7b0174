import type { Metadata } from 'next';
import { FeltIncidents } from '#components/felt-incidents.tsx';
import { SupportLookup } from '#components/support-lookup.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { askSupportAction } from '#app/_actions/support.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { incidentItem } from '#app/_queries/incident-item.ts';
import { listFeltIncidents } from '#app/_queries/support-notice.ts';

export const metadata: Metadata = { title: 'Support desk' };

const maxIncidents = 20;

export default async function SupportPage() {
  const person = await requirePerson();
  if (!personMay(person, 'accounts:read')) {
    return (
      <>
        <PageHeader title="Support desk" />
        <Banner tone="warn">Your role is {person.role}: it may not look accounts up.</Banner>
      </>
    );
  }
  const now = new Date().getTime();
  const felt = await listFeltIncidents(maxIncidents + 1);
  return (
    <>
      <PageHeader title="Support desk">A customer says: “I cannot connect.” This is what we know of it.</PageHeader>
      <div className="space-y-6">
        <Panel title="One customer" flush>
          <SupportLookup action={askSupportAction} />
          <div className="border-t border-line px-4 py-3 text-sm text-muted">
            <p className="max-w-prose">
              Accounts are kept under pseudonyms. What you type is turned into one on the server and not kept; that you
              looked is written to the audit record. POP programs cannot report what they require: nothing here speaks
              for them.
            </p>
          </div>
        </Panel>
        <Panel title="What customers notice now" flush>
          <FeltIncidents items={felt.slice(0, maxIncidents).map(incidentItem)} now={now} />
          {felt.length > maxIncidents ? (
            <p className="border-t border-line px-4 py-3 text-sm">
              There are more:{' '}
              <Link href="/incidents?severity=error" className="link">
                all errors
              </Link>
            </p>
          ) : null}
        </Panel>
      </div>
    </>
  );
}
