import { ActionForm } from '../ui/action-form.tsx';
import type { FormAction } from '../ui/action-state.ts';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { Panel } from '../ui/panel.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { ToneLabel } from '../ui/tone-label.tsx';

/** A way that alerts take, and whether it was shown to work. Instants in milliseconds since the epoch. */
export type TestableRoute = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'mail' | 'alertmanager' | 'webhook';
  readonly recipients: readonly string[];
} & (
  | { readonly state: 'unproven' }
  | { readonly state: 'waiting'; readonly sentAt: number }
  | { readonly state: 'proven'; readonly provenAt: number }
  | { readonly state: 'failed'; readonly error: string }
);

function Standing({ route, now }: { readonly route: TestableRoute; readonly now: number }) {
  switch (route.state) {
    case 'unproven':
      return <ToneLabel tone="unknown">Never proven</ToneLabel>;
    case 'waiting':
      return (
        <>
          <ToneLabel tone="info">Waiting for the confirmation</ToneLabel>{' '}
          <span className="text-muted">
            sent <TimeStamp at={route.sentAt} now={now} form="relative" />: open the message and follow its link.
          </span>
        </>
      );
    case 'proven':
      return (
        <ToneLabel tone="ok">
          Proven <TimeStamp at={route.provenAt} now={now} form="relative" />
        </ToneLabel>
      );
    case 'failed':
      return (
        <>
          <ToneLabel tone="fail">The test was not taken:</ToneLabel> <ForeignText text={route.error} maxLength={300} />
        </>
      );
  }
}

/** A test alert that somebody must receive and confirm: until then nobody knows whether alerts arrive. */
export function TestAlertCard({
  routes,
  now,
  action,
}: {
  readonly routes: readonly TestableRoute[];
  readonly now: number;
  /** Null: whoever looks may not send one. */
  readonly action: FormAction | null;
}) {
  return (
    <Panel title="Do alerts arrive?">
      {routes.length === 0 ? (
        <div className="space-y-3">
          <p>
            <ToneLabel tone="fail">No way out for alerts</ToneLabel> Nobody is told when something breaks.
          </p>
          <p>
            Give the workers a mail relay that does not depend on the servers that are watched, and start them again:
          </p>
          <pre
            tabIndex={0}
            className="overflow-x-auto rounded-md border border-line-strong bg-sunken p-3 font-mono text-xs whitespace-pre-wrap select-all"
          >
            {'LATCHWATCH_SMTP_URL=smtp://user:password@relay.example.net:587\nLATCHWATCH_MAIL_TO=oncall@example.net'}
          </pre>
          <p>
            {action === null ? (
              'Or an administrator adds a webhook or another mailbox under Routes.'
            ) : (
              <>
                Or add a webhook or another mailbox under{' '}
                <Link href="/settings/routes" className="link">
                  Routes
                </Link>
                .
              </>
            )}
          </p>
        </div>
      ) : (
        <div className="space-y-4">
          <p className="text-muted">
            A test goes out now. Whoever gets it follows its link: only then the way is known to work.
          </p>
          <ul className="space-y-3">
            {routes.map((route) => (
              <li key={route.id} className="space-y-1.5">
                <p className="font-medium">
                  <ForeignText text={route.name} maxLength={100} />{' '}
                  <span className="text-sm font-normal text-muted">
                    to <ForeignText text={route.recipients.slice(0, 3).join(', ')} maxLength={300} />
                    {route.recipients.length > 3 ? ` and ${String(route.recipients.length - 3)} more` : ''}
                  </span>
                </p>
                <p className="text-sm">
                  <Standing route={route} now={now} />
                </p>
                {action === null ? null : (
                  <ActionForm action={action} hidden={{ routeId: route.id }} label={`Send a test on ${route.name}`}>
                    <SubmitButton pendingText="Asking a worker…">
                      {route.state === 'unproven' ? 'Send a test alert' : 'Send another test'}
                    </SubmitButton>
                  </ActionForm>
                )}
              </li>
            ))}
          </ul>
          {action === null ? <p className="text-sm text-muted">An administrator can send one.</p> : null}
        </div>
      )}
    </Panel>
  );
}
