import type { Metadata } from 'next';
import { ApiOperation, ApiShapeRow, type ApiOpen } from '#components/api-operation.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { apiReference } from '#app/_api/api-reference.ts';
import { requestsPerMinute } from '#app/_api/rate-limit.ts';
import { requirePerson } from '#app/_auth/session.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readParameters, type SearchParameters } from '#app/_queries/page-parameters.ts';

export const metadata: Metadata = { title: 'API' };

export default async function ApiReferencePage({ searchParams }: { readonly searchParams: SearchParameters }) {
  await requirePerson();
  const read = await readParameters(searchParams);
  const open: ApiOpen = { operation: read('operation'), shape: read('shape'), all: read('open') === 'all' };
  const { groups, shapes } = apiReference(readWebSettings().publicUrl);
  return (
    <>
      <PageHeader title="API">
        <span>
          What programs may ask for. For machines:{' '}
          <a href="/api/v1/openapi.json" className="link font-mono text-sm">
            /api/v1/openapi.json
          </a>
          {'. To print or to search: '}
          <Link href={open.all ? '/api-reference' : '/api-reference?open=all'} className="link">
            {open.all ? 'close all' : 'all of it open'}
          </Link>
        </span>
      </PageHeader>
      <div className="space-y-6">
        <Panel title="How to ask">
          <ul className="list-disc space-y-1 pl-5">
            <li>
              With a token: <code className="font-mono text-sm">Authorization: Bearer $TOKEN</code>, or as the password
              of HTTP Basic. An administrator makes them under Tokens.
            </li>
            <li>
              Every token may ask {requestsPerMinute} times a minute; every 15 seconds is enough for a poller. Send the
              ETag of the answer before as If-None-Match: nothing new is 304.
            </li>
            <li>“Try it” asks as you, with your role. It only reads.</li>
          </ul>
        </Panel>
        {groups.map(({ name, operations }) => (
          <Panel key={name} title={name} flush>
            {operations.map((item) => (
              <ApiOperation key={item.id} item={item} open={open} />
            ))}
          </Panel>
        ))}
        <Panel title="Shapes" flush>
          {shapes.map((shape) => (
            <ApiShapeRow key={shape.name} shape={shape} open={open} />
          ))}
        </Panel>
      </div>
    </>
  );
}
