import { CopyText } from './copy-text.tsx';

/** An incident as the text of a ticket, to copy or to keep as a file. */
export function IncidentTicket({
  incidentId,
  markdown,
  json,
}: {
  readonly incidentId: string;
  readonly markdown: string;
  readonly json: string;
}) {
  const file = `/incidents/${encodeURIComponent(incidentId)}/ticket?format=`;
  return (
    <div className="space-y-4">
      <details>
        <summary className="min-h-6 cursor-pointer font-medium">Markdown</summary>
        <div className="mt-2">
          <CopyText label="Ticket as Markdown" text={markdown} />
        </div>
      </details>
      <details>
        <summary className="min-h-6 cursor-pointer font-medium">JSON</summary>
        <div className="mt-2">
          <CopyText label="Ticket as JSON" text={json} />
        </div>
      </details>
      <p className="flex flex-wrap gap-x-4 text-sm">
        <a href={`${file}markdown`} className="link inline-flex min-h-6 items-center" download>
          Save as Markdown
        </a>
        <a href={`${file}json`} className="link inline-flex min-h-6 items-center" download>
          Save as JSON
        </a>
      </p>
    </div>
  );
}
