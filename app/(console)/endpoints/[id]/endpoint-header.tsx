import { findServiceRow } from '#lib/model/endpoint.ts';
import type { EndpointObservation } from '#lib/model/observation.ts';
import { judgeEndpointItem, OriginBadge } from '#components/endpoint-table.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { probeNowAction, scanNowAction } from '#app/_actions/operate.ts';
import { failureText } from '#app/_queries/endpoint-evidence.ts';
import type { EndpointLink, EndpointRecord } from '#app/_queries/endpoints.ts';

/** What an endpoint is and how it stands, and the buttons that look again. */
export function EndpointHeader({
  endpoint,
  mayWrite,
  now,
}: {
  readonly endpoint: EndpointRecord;
  readonly mayWrite: boolean;
  readonly now: number;
}) {
  const { tone, word } = judgeEndpointItem({ verdict: endpoint.lastVerdict, freshness: endpoint.freshness });
  return (
    <PageHeader
      above={
        <Link href="/endpoints" className="link">
          Endpoints
        </Link>
      }
      title={
        <span className="font-mono">
          <ForeignText text={`${endpoint.host}:${String(endpoint.port)}`} />
        </span>
      }
      actions={mayWrite ? <LookAgain endpointId={endpoint.id} /> : null}
    >
      <ToneLabel tone={tone} look="chip">
        {word}
      </ToneLabel>
      <span>{findServiceRow(endpoint.service, endpoint.tlsMode)?.title ?? endpoint.service}</span>
      {endpoint.lastProbedAt === null ? null : (
        <span>
          looked at <TimeStamp at={endpoint.lastProbedAt.getTime()} now={now} />
        </span>
      )}
    </PageHeader>
  );
}

function LookAgain({ endpointId }: { readonly endpointId: string }) {
  return (
    <div className="flex flex-wrap items-start gap-3">
      <ActionForm action={scanNowAction} hidden={{ endpointId }} label="Scan now">
        <SubmitButton pendingText="Asking…">Scan now</SubmitButton>
      </ActionForm>
      <ActionForm action={probeNowAction} hidden={{ endpointId }} label="Probe now">
        <SubmitButton kind="primary" pendingText="Asking…" shortcut="probe">
          Probe now
        </SubmitButton>
      </ActionForm>
    </div>
  );
}

/** What must be known before anything below is believed. */
export function EndpointNotes({
  endpoint,
  observation,
  now,
}: {
  readonly endpoint: EndpointRecord;
  readonly observation: EndpointObservation | null;
  readonly now: number;
}) {
  const { monitored, freshness, lastProbedAt } = endpoint;
  return (
    <>
      {monitored ? null : (
        <Banner tone="warn">No domain has this endpoint any more: it is not probed. What is below is history.</Banner>
      )}
      {freshness === 'stale' && monitored && lastProbedAt !== null ? (
        <Banner tone="warn">
          <strong>This is old.</strong> Everything below was seen <TimeStamp at={lastProbedAt.getTime()} now={now} />;
          what is true now is not known.
        </Banner>
      ) : null}
      {observation?.addresses.ok === false ? (
        <Banner tone="unknown">
          The host’s addresses: <ForeignText text={failureText(observation.addresses.failure)} />.
        </Banner>
      ) : null}
    </>
  );
}

/** The domains whose mail depends on it. */
export function DomainLinks({ links }: { readonly links: readonly EndpointLink[] }) {
  return (
    <Panel title="Domains that use it">
      {links.length === 0 ? (
        <p className="text-muted">None.</p>
      ) : (
        <ul className="flex flex-wrap gap-x-6 gap-y-2">
          {links.map((link) => (
            <li key={link.domain} className="flex items-center gap-2">
              <Link href={`/domains/${link.domain}`} className="link font-mono text-sm">
                {link.domain}
              </Link>
              <OriginBadge origin={link.origin} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Where the history goes on. */
export function ChangeLinks({ endpoint }: { readonly endpoint: EndpointRecord }) {
  return (
    <span className="flex flex-wrap gap-x-4">
      <Link href={`/endpoints/${endpoint.id}/compare`} className="link">
        Compare two runs
      </Link>
      <Link href={`/changes?host=${encodeURIComponent(endpoint.host)}`} className="link">
        All changes of this host
      </Link>
    </span>
  );
}
