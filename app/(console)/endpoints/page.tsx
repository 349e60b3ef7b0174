import type { Metadata } from 'next';
import { z } from 'zod';
import { EndpointTable } from '#components/endpoint-table.tsx';
import { Pager } from '#components/pager.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { requirePerson } from '#app/_auth/session.ts';
import { endpointItem } from '#app/_queries/endpoint-item.ts';
import { countWatched } from '#app/_queries/domains.ts';
import { listEndpoints } from '#app/_queries/endpoints.ts';
import type { SearchParameters } from '#app/_queries/page-parameters.ts';
import { readParameter } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'Endpoints' };

const pageSize = 50;
const place = z.object({ host: z.string(), port: z.coerce.number(), id: z.string() });

export default async function EndpointsPage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const now = new Date();
  const cursor = await readParameter(searchParams, 'after');
  const after = cursor === null ? null : decodeCursor(cursor, place);
  const [{ endpoints, next }, watched] = await Promise.all([
    listEndpoints({ domain: null, after: after?.ok === true ? after.value : null, limit: pageSize, now }),
    countWatched(),
  ]);
  return (
    <>
      <PageHeader title="Endpoints">
        Every port that a client or another mail server may connect to: {watched.endpoints} watched.
      </PageHeader>
      <Panel title="Watched endpoints" flush>
        {endpoints.length === 0 ? (
          <EmptyState title="No endpoint here">Endpoints come from the domains that are watched.</EmptyState>
        ) : (
          <EndpointTable items={endpoints.map(endpointItem)} now={now.getTime()} />
        )}
        <Pager
          first={cursor === null ? null : '/endpoints'}
          next={next === null ? null : `/endpoints?after=${encodeCursor({ ...next, port: String(next.port) })}`}
        />
      </Panel>
    </>
  );
}
