import { webhookTemplates } from '#lib/model/alert-route.ts';
import type { RouteItem } from './route-item.ts';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { Choice, Field } from './ui/field.tsx';
import { SubmitButton } from './ui/submit-button.tsx';

const severities = [
  { value: 'info', text: 'Everything' },
  { value: 'warning', text: 'Warnings and worse' },
  { value: 'error', text: 'Errors and worse' },
  { value: 'critical', text: 'Only what is critical' },
] as const;

const yesNo = [
  { value: 'no', text: 'No' },
  { value: 'yes', text: 'Yes: it needs neither our network nor our mail' },
] as const;

const templateNames: Readonly<Record<(typeof webhookTemplates)[number], string>> = {
  latchwatch: 'Latchwatch',
  alertmanager: 'Alertmanager webhook, version 4',
  servicenow: 'ServiceNow events',
  zammad: 'Zammad, Checkmk integration',
  pagerduty: 'PagerDuty Events, version 2',
};

/** Fields of one kind of route; `route` is null for a new one. */
export function RouteForm({
  kind,
  route,
  action,
}: {
  readonly kind: RouteItem['way']['kind'];
  readonly route: RouteItem | null;
  readonly action: FormAction;
}) {
  const hidden = { kind, ...(route === null ? {} : { routeId: route.id }) };
  return (
    <ActionForm action={action} hidden={hidden} label={route === null ? `Add a ${kind} route` : `Change ${route.name}`}>
      <div className="space-y-4">
        <div className="flex flex-wrap items-start gap-3">
          <Field
            label="Name"
            name="name"
            defaultValue={route?.name ?? ''}
            maxLength={100}
            required
            autoComplete="off"
          />
          <WayFields kind={kind} route={route} />
        </div>
        <div className="flex flex-wrap items-start gap-3">
          <Choice
            label="Told of"
            name="minSeverity"
            options={severities}
            defaultValue={route?.minSeverity ?? 'warning'}
          />
          <Field
            label="Minutes that nobody took it"
            name="escalateAfterMinutes"
            defaultValue={String(route?.escalateAfterMinutes ?? 0)}
            inputMode="numeric"
            pattern="[0-9]*"
            hint="0: told at once. Above 0: only of what nobody acknowledged for so long."
            autoComplete="off"
          />
          <Choice
            label="Out of band"
            name="outOfBand"
            options={yesNo}
            defaultValue={route?.outOfBand === true ? 'yes' : 'no'}
            hint="Where one exists, only such routes are told that our own network is down."
          />
        </div>
        <SubmitButton kind="primary" pendingText="Saving…">
          {route === null ? 'Add the route' : 'Save'}
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

function WayFields({ kind, route }: { readonly kind: RouteItem['way']['kind']; readonly route: RouteItem | null }) {
  const way = route?.way;
  if (way !== undefined && 'from' in way.config) return null;
  if (kind === 'mail') {
    const config = way !== undefined && 'to' in way.config ? way.config : { to: [], relays: [] };
    return (
      <>
        <Field
          label="Receivers"
          name="to"
          defaultValue={config.to.join(', ')}
          placeholder="oncall@example.net"
          required
          autoComplete="off"
          hint="Separated by commas. Links to acknowledge name all of them."
        />
        <Field
          label="Relays"
          name="relays"
          defaultValue={config.relays.join(', ')}
          placeholder="smtp://relay.example.net:587"
          autoComplete="off"
          hint="Tried in this order. Empty: those of LATCHWATCH_SMTP_URL."
        />
      </>
    );
  }
  const config = way !== undefined && 'url' in way.config ? way.config : { url: '' };
  return (
    <>
      <Field
        label="URL"
        name="url"
        type="url"
        defaultValue={config.url}
        placeholder={kind === 'alertmanager' ? 'https://alertmanager.example.net' : 'https://alerts.example.net/hook'}
        required
        autoComplete="off"
        hint="https. A private address must be in LATCHWATCH_ALLOW_ADDRESSES; there http is possible too."
      />
      {kind === 'alertmanager' ? null : (
        <Choice
          label="Body"
          name="template"
          options={webhookTemplates.map((value) => ({ value, text: templateNames[value] }))}
          defaultValue={way?.kind === 'webhook' ? way.config.template : 'latchwatch'}
        />
      )}
      <Field
        label="Secret"
        name="secret"
        type="password"
        autoComplete="new-password"
        hint={
          kind === 'alertmanager'
            ? 'user:password, where it asks for one. Empty: as it is.'
            : 'Signs the body; for ServiceNow user:password, for PagerDuty the routing key. Empty: as it is.'
        }
      />
    </>
  );
}
