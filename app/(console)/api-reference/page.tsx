import type { Metadata } from 'next';
import { ApiOperation, shapeAnchor } from '#components/api-operation.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { apiAddresses } from '#app/_api/api-addresses.ts';
import { apiReference } from '#app/_api/api-reference.ts';
import { requestsPerMinute } from '#app/_api/rate-limit.ts';
import { requirePerson } from '#app/_auth/session.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';

export const metadata: Metadata = { title: 'API' };

export default async function ApiReferencePage() {
  await requirePerson();
  const { groups, shapes } = apiReference(apiAddresses, readWebSettings().publicUrl);
  return (
    <>
      <PageHeader title="API">
        <span>
          What programs may ask for. For machines:{' '}
          <a href="/api/v1/openapi.json" className="link font-mono text-sm">
            /api/v1/openapi.json
          </a>
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
              <ApiOperation key={item.id} item={item} />
            ))}
          </Panel>
        ))}
        <Panel title="Shapes" flush>
          {shapes.map(({ name, description, text }) => (
            <details key={name} id={shapeAnchor(name)} className="border-b border-line last:border-b-0">
              <summary className="flex cursor-pointer flex-wrap gap-x-3 px-4 py-2.5 hover:bg-sunken">
                <span className="font-mono text-sm">{name}</span>
                <span className="text-muted">{description}</span>
              </summary>
              <pre className="overflow-auto border-t border-line bg-sunken p-4 font-mono text-xs" tabIndex={0}>
                {text}
              </pre>
            </details>
          ))}
        </Panel>
      </div>
    </>
  );
}
