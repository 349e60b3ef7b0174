import type { RouteDependence } from '#lib/model/alert-route.ts';
import type { RecipientProof } from '#lib/incidents/route-proof.ts';
import type { RouteProofItem } from './route-proof-item.ts';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

const partWords: Readonly<Record<RouteDependence[number]['part'], string>> = {
  relay: 'the relay',
  mailbox: 'the mailbox',
  url: 'the receiver',
};

/** Says that alerts of a route go through what they would report on, and what to do. */
function Dependence({ dependence }: { readonly dependence: RouteDependence }) {
  const hosts = [...new Set(dependence.map(({ watchedHost }) => watchedHost))];
  const [first, ...others] = hosts;
  if (first === undefined) return null;
  const parts = [...new Set(dependence.map(({ part, given }) => `${partWords[part]} ${given}`))];
  return (
    <Banner tone="fail">
      <strong>
        Alerts go through <ForeignText text={first} maxLength={253} />
        {others.length === 0 ? '' : ` and ${others.length} more`}, which they would report on: add a second route.
      </strong>{' '}
      When it is down, nobody is told. It is needed by{' '}
      <ForeignText text={parts.slice(0, 5).join(', ')} maxLength={600} />. A relay and a mailbox of another provider do,
      or a webhook to a service outside.
    </Banner>
  );
}

function Recipient({ recipient, now }: { readonly recipient: RecipientProof; readonly now: number }) {
  const { sentAt, confirmedAt, error } = recipient;
  return (
    <li className="flex flex-wrap gap-x-2">
      <ForeignText text={recipient.recipient} maxLength={300} />
      <span className="text-muted">
        {confirmedAt === null ? (
          'nobody confirmed yet'
        ) : (
          <>
            confirmed <TimeStamp at={confirmedAt} now={now} form="relative" />
          </>
        )}
        {sentAt === null ? (
          ', no test went out'
        ) : (
          <>
            , last test <TimeStamp at={sentAt} now={now} form="relative" />
          </>
        )}
      </span>
      {error === null ? null : (
        <span className="basis-full">
          <ToneLabel tone="fail">The last test was not taken:</ToneLabel> <ForeignText text={error} maxLength={300} />
        </span>
      )}
    </li>
  );
}

/** Whether a route was shown to work, for each of its receivers, and what it depends on. */
export function RouteProofPanel({ route, now }: { readonly route: RouteProofItem; readonly now: number }) {
  const { provenAt, overdue, recipients, kind } = route;
  const when = kind === 'mail' ? 'A test goes out once a week' : 'A test goes out once a day';
  return (
    <div className="space-y-3">
      <Dependence dependence={route.dependence} />
      {recipients.length === 0 ? null : (
        <div className="space-y-1 text-sm">
          <p>
            <ToneLabel tone={overdue ? 'fail' : provenAt === null ? 'unknown' : 'ok'}>
              {provenAt === null ? (
                'Never proven'
              ) : (
                <>
                  Last proven <TimeStamp at={provenAt} now={now} form="relative" />
                </>
              )}
            </ToneLabel>{' '}
            <span className="text-muted">
              {overdue ? 'Nobody knows whether alerts still arrive: send a test and confirm it. ' : ''}
              {when}; who gets it confirms it by its link.
            </span>
          </p>
          <ul className="space-y-1">
            {recipients.map((recipient) => (
              <Recipient key={recipient.recipient} recipient={recipient} now={now} />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
