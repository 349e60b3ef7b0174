import type { Metadata } from 'next';
import Link from 'next/link';
import { DomainTile } from '#components/domain-tile.tsx';
import { IncidentGroups } from '#components/incident-groups.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { AddDomainForm } from '#components/add-domain-form.tsx';
import { addDomainAction } from '#app/_actions/domains.ts';
import { acknowledgeGroupAction } from '#app/_actions/operate.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { neverLookedAt, readDnsSummaries } from '#app/_queries/domain-dns.ts';
import { countWatched, listDomains } from '#app/_queries/domains.ts';
import { incidentGroupItem } from '#app/_queries/incident-group-item.ts';
import { countIncidentGroups, listIncidentGroups } from '#app/_queries/incident-groups.ts';
import { countIncidents } from '#app/_queries/incidents.ts';
import { unicodeName } from '#app/_queries/unicode-name.ts';

export const metadata: Metadata = { title: 'Now' };

const shownGroups = 20;
const shownDomains = 24;

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function verdictSentence(faults: number, unseen: number): string {
  if (faults > 0) return faults === 1 ? 'One thing needs you.' : `${faults} things need you.`;
  return unseen > 0 ? 'Nothing needs you, as far as was looked at.' : 'Nothing needs you.';
}

export default async function NowPage() {
  const person = await requirePerson();
  const now = new Date();
  const [counts, faults, groups, watched, { domains }] = await Promise.all([
    countIncidents(),
    countIncidentGroups(),
    listIncidentGroups(shownGroups),
    countWatched(),
    listDomains({ after: null, limit: shownDomains, now }),
  ]);
  const dns = await readDnsSummaries(
    domains.map(({ id }) => id),
    now,
  );
  const unseen = domains.reduce((sum, domain) => sum + domain.services.reduce((all, one) => all + one.unseen, 0), 0);
  if (watched.domains === 0) {
    return (
      <>
        <PageHeader title="Which mail domain shall we watch?">
          Its servers are found from DNS and looked at within a minute.
        </PageHeader>
        {personMay(person, 'inventory:write') ? (
          <Panel title="Add the first domain">
            <AddDomainForm action={addDomainAction} />
          </Panel>
        ) : (
          <EmptyState title="No domain is watched yet">An operator can add one.</EmptyState>
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader title={verdictSentence(faults, unseen)}>
        {counts.needsAction > faults ? <span>{plural(counts.needsAction, 'incident')}</span> : null}
        <span>
          {plural(watched.endpoints, 'endpoint')} of {plural(watched.domains, 'domain')} watched
          {unseen === 0 ? '' : `, ${unseen} not seen lately`}
          {counts.acknowledged === 0 ? '' : `, ${plural(counts.acknowledged, 'incident')} taken care of`}.
        </span>
      </PageHeader>
      <div className="space-y-6">
        <Panel
          title="Needs action"
          flush
          aside={
            <Link href="/incidents" className="link">
              {faults > groups.length
                ? `${faults - groups.length} more in all ${counts.needsAction} incidents`
                : 'All incidents'}
            </Link>
          }
        >
          {groups.length === 0 ? (
            <EmptyState title="No open incident">
              {unseen === 0
                ? 'Every endpoint was looked at lately.'
                : `${plural(unseen, 'endpoint')} could not be seen lately.`}
            </EmptyState>
          ) : (
            <IncidentGroups
              groups={groups.map(incidentGroupItem)}
              now={now.getTime()}
              acknowledge={personMay(person, 'incidents:ack') ? acknowledgeGroupAction : null}
            />
          )}
        </Panel>
        <section>
          <div className="mb-3 flex items-baseline justify-between">
            <h2 className="font-semibold">Domains</h2>
            <Link href="/domains" className="link text-sm">
              {watched.domains > domains.length ? `All ${watched.domains} domains` : 'All domains'}
            </Link>
          </div>
          <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {domains.map((domain) => (
              <DomainTile
                key={domain.id}
                name={domain.name}
                unicode={unicodeName(domain.name)}
                services={domain.services}
                dns={dns.get(domain.id) ?? neverLookedAt}
              />
            ))}
          </div>
        </section>
      </div>
    </>
  );
}
