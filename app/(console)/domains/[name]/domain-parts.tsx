import type { ReactNode } from 'react';
import { withholdDates } from '#lib/checks/trusted-clock.ts';
import { serviceTable } from '#lib/model/endpoint.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';
import type { EndpointItem } from '#components/endpoint-table.tsx';
import { SignatureCalendar } from '#components/signature-calendar.tsx';
import { TrustChain } from '#components/trust-chain.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { Choice, Field } from '#components/ui/field.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from '#components/ui/tone.ts';
import { visibleText } from '#components/ui/visible-text.ts';
import {
  addEndpointAction,
  discoverAction,
  probeDomainAction,
  removeDomainAction,
  removeEndpointAction,
} from '#app/_actions/domains.ts';
import type { DnsSummary } from '#app/_queries/domain-dns.ts';
import { worstVerdict, type DomainRecord } from '#app/_queries/domains.ts';
import { calendarItems } from '#app/_queries/zone-calendar-item.ts';
import type { ZoneRecord } from '#app/_queries/zones.ts';

/** The worst of all that was seen lately; never fine while something was not seen. */
export function DomainVerdict({ domain, dns }: { readonly domain: DomainRecord; readonly dns: DnsSummary }) {
  const seen = [...domain.services.flatMap(({ worst }) => worst ?? []), ...(dns.worst === null ? [] : [dns.worst])];
  const worst = worstVerdict(seen);
  const unseen = domain.services.reduce((sum, service) => sum + service.unseen, 0);
  const isBad = worst === 'crit' || worst === 'fail' || worst === 'warn';
  if (worst !== null && (isBad || (unseen === 0 && dns.freshness === 'fresh' && dns.complete))) {
    return (
      <ToneLabel tone={toneOfVerdict[worst]} look="chip">
        {wordOfVerdict[worst]}
      </ToneLabel>
    );
  }
  return (
    <ToneLabel tone="unknown" look="chip">
      Not everything was seen
    </ToneLabel>
  );
}

/** Around the table of endpoints: one form for all rows, since each costs the server and the page as much as its row. */
export function RemovalForm({
  domainId,
  mayWrite,
  children,
}: {
  readonly domainId: string;
  readonly mayWrite: boolean;
  readonly children: ReactNode;
}) {
  if (!mayWrite) return children;
  return (
    <ActionForm action={removeEndpointAction} hidden={{ domainId }} label="Remove an endpoint">
      {children}
    </ActionForm>
  );
}

/** In a row of that table. */
export function RemoveButton({ item: { id, host, port } }: { readonly item: EndpointItem }) {
  return (
    <button
      type="submit"
      name="endpointId"
      value={id}
      aria-label={visibleText(`Remove ${host}:${String(port)}`)}
      className="min-h-6 cursor-pointer text-sm text-muted underline-offset-3 hover:text-crit hover:underline"
    >
      Remove
    </button>
  );
}

/** Look again, and take it along. */
export function DomainActions({ domain, mayWrite }: { readonly domain: DomainRecord; readonly mayWrite: boolean }) {
  const page = `/domains/${encodeURIComponent(domain.name)}`;
  const hidden = { domainId: domain.id };
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Link href={`${page}/report`} className={buttonLook('plain')}>
        For paper
      </Link>
      <a href={`${page}/export`} className={buttonLook('plain')}>
        JSON
      </a>
      {mayWrite ? (
        <>
          <ActionForm action={discoverAction} hidden={hidden} label="Ask DNS again">
            <SubmitButton pendingText="Asking…">Ask DNS again</SubmitButton>
          </ActionForm>
          <ActionForm action={probeDomainAction} hidden={hidden} label="Probe all now">
            <SubmitButton kind="primary" pendingText="Asking…" shortcut="probe">
              Probe all now
            </SubmitButton>
          </ActionForm>
        </>
      ) : null}
    </div>
  );
}

const shownSignatures = 8;

/** From the root down to the answers of the domain's zone, and when its signatures end. */
export function TrustPanel({
  zone,
  observation,
  now,
}: {
  readonly zone: ZoneRecord;
  readonly observation: ZoneObservation;
  readonly now: number;
}) {
  const stale = zone.freshness !== 'fresh';
  const { trusted } = observation.clock;
  const seen = trusted ? observation : withholdDates(observation);
  // The page of the zone has them all.
  const calendar = calendarItems(observation, shownSignatures);
  const count = calendar.items.length + calendar.leftOut;
  return (
    <Panel
      title="Chain of trust"
      flush
      aside={
        <Link href={`/zones/${encodeURIComponent(zone.name)}`} className="link">
          Zone <ForeignText text={zone.name} maxLength={120} />
        </Link>
      }
    >
      <TrustChain validations={seen.validations} now={now} stale={stale} />
      <details className="border-t border-line">
        <summary className="px-4 py-2.5 text-sm font-medium">Which signatures expire first (of {count})</summary>
        {count === 0 ? (
          <p className="px-4 pb-4 text-muted">No signature was seen.</p>
        ) : (
          <SignatureCalendar
            {...calendar}
            now={now}
            doubt={stale ? 'Stale' : trusted ? null : 'Our clock is in doubt'}
          />
        )}
      </details>
    </Panel>
  );
}

/** A service that no record names. */
export function AddEndpoint({ domainId }: { readonly domainId: string }) {
  const hidden = { domainId };
  return (
    <details className="border-t border-line px-4 py-3">
      <summary className="w-fit text-sm text-muted hover:text-text">Add an endpoint by hand</summary>
      <div className="mt-3">
        <ActionForm action={addEndpointAction} hidden={hidden} label="Add an endpoint by hand">
          <div className="flex flex-wrap items-end gap-3">
            <Choice
              label="Service"
              name="kind"
              options={serviceTable.map((row) => ({ value: `${row.service}/${row.tlsMode}`, text: row.title }))}
            />
            <Field
              label="Host"
              name="host"
              placeholder="mail.example.org"
              autoComplete="off"
              spellCheck={false}
              required
            />
            <Field label="Port" name="port" inputMode="numeric" placeholder="the usual one" autoComplete="off" />
            <SubmitButton pendingText="Adding…">Add</SubmitButton>
          </div>
        </ActionForm>
      </div>
    </details>
  );
}

/** Ends the watch, behind a click so that nobody does so by accident. */
export function StopWatching({ domain }: { readonly domain: DomainRecord }) {
  const hidden = { domainId: domain.id };
  return (
    <details className="text-sm">
      <summary className="w-fit text-muted hover:text-text">Stop watching this domain</summary>
      <div className="mt-3 max-w-prose">
        <p className="mb-3 text-muted">
          Its endpoints that no other domain has are forgotten with their history, and their incidents end.
        </p>
        <ActionForm action={removeDomainAction} hidden={hidden}>
          <SubmitButton kind="danger" pendingText="Removing…">
            Stop watching {domain.name}
          </SubmitButton>
        </ActionForm>
      </div>
    </details>
  );
}
