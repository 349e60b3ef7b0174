import type { Metadata } from 'next';
import { AddDomainForm } from '#components/add-domain-form.tsx';
import { judgeDns, judgeService, serviceWord } from '#components/domain-tile.tsx';
import { Pager } from '#components/pager.tsx';
import { Cell, DataTable } from '#components/ui/data-table.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { services } from '#lib/model/endpoint.ts';
import { startSetupAction } from '#app/_actions/setup-runs.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { neverLookedAt, readDnsSummaries } from '#app/_queries/domain-dns.ts';
import { countDomains, listDomains } from '#app/_queries/domains.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';
import { unicodeName } from '#app/_queries/unicode-name.ts';

export const metadata: Metadata = { title: 'Domains' };

const pageSize = 50;

export default async function DomainsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date();
  const after = await readParameter(searchParams, 'after');
  const [{ domains, next }, watched] = await Promise.all([
    listDomains({ after, limit: pageSize, now }),
    countDomains(),
  ]);
  const dns = await readDnsSummaries(
    domains.map(({ id }) => id),
    now,
  );
  return (
    <>
      <PageHeader title="Domains">The mail domains that are watched: {watched}.</PageHeader>
      <div className="space-y-6">
        {personMay(person, 'inventory:write') ? (
          <Panel
            title="Watch another domain"
            aside={
              <Link href="/inventory" className="link">
                Import an inventory
              </Link>
            }
          >
            <AddDomainForm action={startSetupAction} />
          </Panel>
        ) : null}
        <Panel title="Watched domains" flush>
          {domains.length === 0 ? (
            <EmptyState title="No domain here">Add one above: its servers are found from DNS.</EmptyState>
          ) : (
            <DataTable
              caption="Watched domains"
              columns={['Domain', ...services.map((one) => serviceWord[one]), 'DNS records', 'DNS looked at']}
            >
              {domains.map((domain) => {
                const records = dns.get(domain.id) ?? neverLookedAt;
                const unicode = unicodeName(domain.name);
                const { tone, word } = judgeDns(records);
                return (
                  <tr key={domain.id}>
                    <Cell mono>
                      <Link href={`/domains/${domain.name}`} className="link whitespace-nowrap">
                        {domain.name}
                      </Link>
                      {unicode === null ? null : (
                        <span className="block font-sans text-muted">
                          <ForeignText text={unicode} maxLength={253} />
                        </span>
                      )}
                    </Cell>
                    {domain.services.map((summary) => {
                      const { tone, word } = judgeService(summary);
                      return (
                        <Cell key={summary.service}>
                          {summary.endpoints === 0 ? (
                            <span className="text-sm whitespace-nowrap text-muted">{word}</span>
                          ) : (
                            <ToneLabel tone={tone}>{word}</ToneLabel>
                          )}
                        </Cell>
                      );
                    })}
                    <Cell>
                      <ToneLabel tone={tone}>{word}</ToneLabel>
                    </Cell>
                    <Cell>
                      {records.lookedAt !== null ? (
                        <TimeStamp at={records.lookedAt.getTime()} now={now.getTime()} form="relative" />
                      ) : (
                        <span className="text-muted">
                          {domain.discovery === null ? 'not yet' : domain.discovery.state}
                        </span>
                      )}
                    </Cell>
                  </tr>
                );
              })}
            </DataTable>
          )}
          <Pager
            first={after === null ? null : '/domains'}
            next={next === null ? null : `/domains?after=${encodeURIComponent(next)}`}
          />
        </Panel>
      </div>
    </>
  );
}
