import type { ReactNode } from 'react';
import type { RouteItem } from './route-item.ts';
import { ActionForm } from './ui/action-form.tsx';
import type { FormAction } from './ui/action-state.ts';
import { buttonLook } from './ui/button-look.ts';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { Panel } from './ui/panel.tsx';
import { SubmitButton } from './ui/submit-button.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface RouteActions {
  readonly toggle: FormAction;
  readonly remove: FormAction;
  readonly test: FormAction;
}

const takes: Readonly<Record<RouteItem['minSeverity'], string>> = {
  info: 'Everything',
  warning: 'Warnings and worse',
  error: 'Errors and worse',
  critical: 'Only what is critical',
};

const kindNames: Readonly<Record<RouteItem['way']['kind'], string>> = {
  mail: 'Mail',
  alertmanager: 'Alertmanager',
  webhook: 'Webhook',
};

function State({ route }: { readonly route: RouteItem }) {
  if (!route.enabled) return <ToneLabel tone="unknown">Switched off: nobody is told on this route</ToneLabel>;
  if (route.failing > 0) {
    return (
      <ToneLabel tone="fail">{route.failing === 1 ? '1 alert is' : `${route.failing} alerts are`} not taken</ToneLabel>
    );
  }
  if (route.givenUp > 0) return <ToneLabel tone="fail">{route.givenUp} given up: see the log below</ToneLabel>;
  if (route.waiting > 0) return <ToneLabel tone="info">{route.waiting} waiting</ToneLabel>;
  return route.lastSentAt === null ? (
    <ToneLabel tone="unknown">Nothing was sent yet</ToneLabel>
  ) : (
    <ToneLabel tone="ok">Delivers</ToneLabel>
  );
}

/** One route: where it goes, whether it works, and what can be changed. `children`: how it is proved. */
export function RoutePanel({
  route,
  now,
  actions,
  children,
}: {
  readonly route: RouteItem;
  readonly now: number;
  readonly actions: RouteActions;
  readonly children: ReactNode;
}) {
  const hidden = { routeId: route.id };
  const when =
    route.escalateAfterMinutes === 0 ? 'at once' : `once nobody took it for ${route.escalateAfterMinutes} minutes`;
  return (
    <Panel title={route.name} aside={kindNames[route.way.kind]}>
      <div className="space-y-4">
        <Facts
          facts={[
            { name: 'Goes to', value: <ForeignText text={route.target} maxLength={500} /> },
            {
              name: 'Told of',
              value: `${takes[route.minSeverity]}, ${when}`,
            },
            ...(route.outOfBand ? [{ name: 'Out of band', value: 'Also told when our own network is down' }] : []),
            ...(route.way.kind === 'webhook'
              ? [
                  {
                    name: 'Body',
                    value: `${route.way.config.template}${route.hasSecret ? '' : ', without a secret: nobody can tell that it is from here'}`,
                  },
                ]
              : []),
            { name: 'State', value: <State route={route} /> },
            {
              name: 'Last sent',
              value:
                route.lastSentAt === null ? 'never' : <TimeStamp at={route.lastSentAt} now={now} form="relative" />,
            },
            ...(route.lastError === null
              ? []
              : [{ name: 'Last failure', value: <ForeignText text={route.lastError} maxLength={500} /> }]),
          ]}
        />
        {children}
        <div className="flex flex-wrap items-start gap-3">
          <Link href={`/settings/routes/${route.id}`} className={buttonLook('plain')}>
            Change
          </Link>
          <ActionForm action={actions.test} hidden={hidden} label={`Send a test to ${route.name}`}>
            <SubmitButton pendingText="Asking…">Send a test now</SubmitButton>
          </ActionForm>
          <ActionForm
            action={actions.toggle}
            hidden={{ ...hidden, enabled: route.enabled ? 'no' : 'yes' }}
            label={`Switch ${route.name}`}
          >
            <SubmitButton>{route.enabled ? 'Switch off' : 'Switch on'}</SubmitButton>
          </ActionForm>
          {route.fromEnvironment ? null : (
            <ActionForm action={actions.remove} hidden={hidden} label={`Remove ${route.name}`}>
              <SubmitButton kind="danger">Remove</SubmitButton>
            </ActionForm>
          )}
        </div>
      </div>
    </Panel>
  );
}
