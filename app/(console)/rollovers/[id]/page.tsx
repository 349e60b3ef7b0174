import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { CommandList } from '#components/command-list.tsx';
import { RolloverLight } from '#components/rollover-light.tsx';
import { RolloverAddresses, RolloverServers } from '#components/rollover-servers.tsx';
import { RolloverSteps } from '#components/rollover-steps.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { closeRolloverAction, lookAtRolloverAction } from '#app/_actions/rollovers.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { findRolloverItem } from '#app/_queries/rollovers.ts';

export const metadata: Metadata = { title: 'Rollover' };

const givenWords: Readonly<Record<string, string>> = {
  csr: 'a signing request',
  certificate: 'a certificate',
  'public-key': 'a public key',
};

export default async function RolloverPage({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const person = await requirePerson();
  const now = new Date();
  const item = await findRolloverItem((await params).id, now);
  if (item === null) notFound();
  const { standing, servers, addresses, closedAt } = item;
  const mayWrite = personMay(person, 'inventory:write') && closedAt === null;
  const hidden = { rolloverId: item.id };
  const at = now.getTime();
  return (
    <>
      <PageHeader
        above={
          <Link href="/rollovers" className="link">
            Rollovers
          </Link>
        }
        title={
          <>
            {item.host}:{item.port}
          </>
        }
        actions={
          mayWrite ? (
            <>
              <ActionForm action={lookAtRolloverAction} hidden={hidden} label="Look again">
                <SubmitButton pendingText="Asking…">Look again</SubmitButton>
              </ActionForm>
              <ActionForm action={closeRolloverAction} hidden={hidden} label="Close this rollover">
                <SubmitButton kind={standing.light === 'done' ? 'primary' : 'danger'}>
                  {standing.light === 'done' ? 'Close' : 'Give up'}
                </SubmitButton>
              </ActionForm>
            </>
          ) : null
        }
      >
        <span>
          To the key of {givenWords[item.given] ?? item.given}, started{' '}
          <TimeStamp at={item.startedAt} now={at} form="relative" /> by{' '}
          <ForeignText text={item.startedBy} maxLength={100} />
        </span>
        <Link href={`/endpoints/${item.endpointId}`} className="link">
          The endpoint
        </Link>
      </PageHeader>
      <div className="space-y-6">
        {closedAt === null ? (
          <RolloverLight light={standing.light} why={standing.why} greenAt={standing.greenAt} now={at} />
        ) : (
          <Banner tone="unknown">
            Closed <TimeStamp at={closedAt} now={at} />. What follows is as of then.
          </Banner>
        )}
        {standing.mistakes.map((mistake) => (
          <Banner key={mistake} tone="fail">
            <ForeignText text={mistake} maxLength={1000} />
          </Banner>
        ))}
        {item.counts ? null : (
          <Banner tone="warn">The zone is not signed with DNSSEC: nobody goes by its TLSA records.</Banner>
        )}
        <Panel title="Steps" flush>
          <RolloverSteps gates={standing.gates} now={at} />
        </Panel>
        <Panel title="Records">
          <div className="space-y-4">
            <div>
              <h3 className="mb-1.5 text-sm font-medium">Publish</h3>
              <CommandList commands={[item.nextLine]} />
            </div>
            <div>
              <h3 className="mb-1.5 text-sm font-medium">Keep until step 4, then take away</h3>
              <CommandList commands={item.oldLines} />
            </div>
          </div>
        </Panel>
        <div className="grid gap-6 lg:grid-cols-2">
          <Panel title="Name servers" aside={<Looked at={item.askedAt} now={at} />} flush>
            {servers.length === 0 ? (
              <EmptyState title="Not asked yet">The next look at the zone tells.</EmptyState>
            ) : (
              <RolloverServers
                servers={servers}
                wantsOld={standing.gates.some(({ name, state }) => name === 'deploy' && state !== 'open')}
              />
            )}
          </Panel>
          <Panel title="Addresses" aside={<Looked at={item.probedAt} now={at} />} flush>
            {addresses.length === 0 ? (
              <EmptyState title="Not seen yet">The next probe tells.</EmptyState>
            ) : (
              <RolloverAddresses addresses={addresses} />
            )}
          </Panel>
        </div>
        <Panel title="Good to know">
          <ul className="list-disc space-y-1.5 pl-5">
            {item.usage === 2 ? (
              <li>
                A public CA has several intermediates and takes any of them. Publish a record for each that is in use,
                and keep to about twelve records: some large senders do not take more.
              </li>
            ) : (
              <li>
                With ACME, a renewal that keeps its key needs none of this:{' '}
                <code className="font-mono text-sm">certbot --reuse-key</code>,{' '}
                <code className="font-mono text-sm">lego renew --reuse-key</code>.
              </li>
            )}
            <li>
              A deploy hook can ask by itself: <code className="font-mono text-sm">latchwatch preflight</code> blocks
              until the light is green.
            </li>
            <li>A smaller TTL, published in time before the next rollover, makes its wait shorter.</li>
          </ul>
        </Panel>
      </div>
    </>
  );
}

function Looked({ at, now }: { readonly at: number | null; readonly now: number }) {
  return at === null ? <>not yet</> : <TimeStamp at={at} now={now} form="relative" />;
}
