import type { Metadata } from 'next';
import { z } from 'zod';
import { CommitmentTable } from '#components/commitment-table.tsx';
import { DecideForm } from '#components/decide-form.tsx';
import { OutlivingTable } from '#components/outliving-table.tsx';
import { Pager } from '#components/pager.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { noteDecisionAction } from '#app/_actions/commitments.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { commitmentItem } from '#app/_queries/commitment-item.ts';
import { findCommitment, listCommitments } from '#app/_queries/commitments.ts';
import { readServiceProofs } from '#app/_queries/kept-promises.ts';
import {
  listDsLifetimes,
  listPolicies,
  listTlsaLifetimes,
  type OutlivingPage,
  type OutlivingPromise,
} from '#app/_queries/outliving-promises.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Promises' };

const pageSize = 20;
const otherPageSize = 10;
const place = z.object({ host: z.string(), tag: z.string() });
const namePlace = z.object({ name: z.string() });

/** The place in a list that a parameter of the page names; null: its beginning. */
async function readPlace<T>(parameters: SearchParameters, name: string, schema: z.ZodType<T>): Promise<T | null> {
  const cursor = await readParameter(parameters, name);
  const decoded = cursor === null ? null : decodeCursor(cursor, schema);
  return decoded?.ok === true ? decoded.value : null;
}

function OtherPromises({
  title,
  meaning,
  column,
  parameter,
  after,
  page,
  hrefOf,
  now,
}: {
  readonly title: string;
  readonly meaning: string;
  readonly column: string;
  /** Of the page, for the place in this list. */
  readonly parameter: string;
  readonly after: string | null;
  readonly page: OutlivingPage;
  readonly hrefOf: (promise: OutlivingPromise) => string;
  readonly now: number;
}) {
  return (
    <Panel title={title} flush>
      <p className="px-4 py-3 text-sm text-muted">{meaning}</p>
      {page.promises.length === 0 ? (
        <p className="border-t border-line px-4 py-3 text-sm text-muted">
          {page.next === null ? 'None was seen.' : 'None in this part of the list.'}
        </p>
      ) : (
        <div className="border-t border-line">
          <OutlivingTable
            caption={title}
            column={column}
            items={page.promises.map((promise) => ({
              ...{ ...promise, href: hrefOf(promise) },
              until: promise.until.getTime(),
            }))}
            now={now}
          />
        </div>
      )}
      <Pager
        first={after === null ? null : '/commitments'}
        next={page.next === null ? null : `/commitments?${parameter}=${encodeCursor({ name: page.next })}`}
      />
    </Panel>
  );
}

export default async function CommitmentsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  const person = await requirePerson();
  const now = new Date();
  const nowMs = now.getTime();
  const mayWrite = personMay(person, 'inventory:write');
  const [after, decide, policyAfter, tlsaAfter, dsAfter] = await Promise.all([
    readPlace(searchParams, 'after', place),
    readPlace(searchParams, 'decide', place),
    readPlace(searchParams, 'policy', namePlace),
    readPlace(searchParams, 'tlsa', namePlace),
    readPlace(searchParams, 'ds', namePlace),
  ]);
  const [{ commitments, next }, deciding, policies, tlsa, ds] = await Promise.all([
    listCommitments({ host: null, after, limit: pageSize }),
    decide === null || !mayWrite ? null : findCommitment(decide),
    listPolicies({ after: policyAfter?.name ?? null, limit: otherPageSize }),
    listTlsaLifetimes({ after: tlsaAfter?.name ?? null, limit: otherPageSize }),
    listDsLifetimes({ after: dsAfter?.name ?? null, limit: otherPageSize }),
  ]);
  const proofs = await readServiceProofs([...new Set(commitments.map(({ host }) => host))], now);
  return (
    <>
      <PageHeader title="Promises">
        What your servers ever told mail clients to rely on. Taking a promise back releases nobody: clients that latched
        it require it of the whole host, for good.
      </PageHeader>
      <div className="space-y-6">
        {deciding === null ? null : (
          <div id="decide">
            <Panel
              title="Who decided"
              aside={
                <Link href="/commitments" className="link">
                  Close
                </Link>
              }
            >
              <p className="mb-3">
                <span className="font-mono">
                  <ForeignText text={deciding.tag} maxLength={64} />
                </span>{' '}
                of{' '}
                <span className="font-mono">
                  <ForeignText text={deciding.host} maxLength={253} />
                </span>
              </p>
              <DecideForm
                host={deciding.host}
                tag={deciding.tag}
                decidedBy={deciding.decidedBy}
                note={deciding.note}
                action={noteDecisionAction}
              />
            </Panel>
          </div>
        )}
        <Panel title="Security tags" flush>
          {commitments.length === 0 ? (
            <EmptyState title={after === null ? 'No server has promised anything yet' : 'No more promises'}>
              A promise begins when a server lists a security tag in its DEEP status. Every tag that a worker reads is
              kept here from then on.
            </EmptyState>
          ) : (
            <CommitmentTable
              items={commitments.map((commitment) => commitmentItem(commitment, proofs))}
              now={nowMs}
              mayWrite={mayWrite}
            />
          )}
          <Pager
            first={after === null ? null : '/commitments'}
            next={next === null ? null : `/commitments?after=${encodeCursor({ ...next })}`}
          />
        </Panel>
        <OtherPromises
          title="MTA-STS policies"
          meaning="Mail servers that fetched a policy keep to it for its max_age, whatever is published meanwhile."
          column="Domain"
          parameter="policy"
          after={policyAfter?.name ?? null}
          page={policies}
          hrefOf={({ name }) => `/domains/${encodeURIComponent(name)}`}
          now={nowMs}
        />
        <OtherPromises
          title="TLSA records"
          meaning="Caches give out these records for their TTL. Until then a key that they do not name fails for some."
          column="Record"
          parameter="tlsa"
          after={tlsaAfter?.name ?? null}
          page={tlsa}
          hrefOf={({ id }) => `/endpoints/${id}`}
          now={nowMs}
        />
        <OtherPromises
          title="DS records"
          meaning="Resolvers that hold a DS record expect a zone signed with the key that it names, until its TTL runs out."
          column="Zone"
          parameter="ds"
          after={dsAfter?.name ?? null}
          page={ds}
          hrefOf={({ name }) => `/zones/${encodeURIComponent(name)}`}
          now={nowMs}
        />
      </div>
    </>
  );
}
