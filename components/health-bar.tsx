import type { ReactNode } from 'react';
import type { AlertPath } from './route-proof-item.ts';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { relativeTime } from './ui/relative-time.ts';
import { TimeStamp } from './ui/time-stamp.tsx';
import { HealthLine } from './health-line.tsx';
import { healthFacts, type IngestHealth } from './health-facts.tsx';

export interface HealthBarProps {
  /** All instants in milliseconds since the epoch. */
  readonly now: number;
  readonly workersAlive: number;
  readonly workersKnown: number;
  readonly lastHeartbeatAt: number | null;
  readonly oldestDueAt: number | null;
  /** How late a probe may be before it counts as overdue. */
  readonly overdueAfterMs: number;
  /** False: the route of the environment is on, and there is nobody to give its mail to. */
  readonly mailRelayConfigured: boolean;
  /** Enabled routes that do not need that relay. */
  readonly otherRoutes: number;
  /** Alerts that wait for that relay. */
  readonly waitingForRelay: number;
  readonly unsentNotices: number;
  readonly failingNotices: number;
  readonly lastMailSentAt: number | null;
  /** Vantages that endpoints wait for and that no living worker has. */
  readonly strandedVantages: readonly { readonly vantage: string; readonly endpoints: number }[];
  /** Vantages whose own network or resolver is down, since when, and how many endpoints nobody knows about therefore. */
  readonly ownOutages: readonly {
    readonly vantage: string;
    readonly what: 'network' | 'resolver';
    readonly since: number;
    readonly endpoints: number;
  }[];
  readonly alertPath: AlertPath;
  readonly ingest: IngestHealth;
  /** How news reaches this page. */
  readonly updates?: ReactNode;
  /** What stands at the end of the bar on every page: search and help. */
  readonly tools?: ReactNode;
}

function alerts(count: number): string {
  if (count === 0) return 'no alert waits yet';
  return count === 1 ? '1 alert waits' : `${count} alerts wait`;
}

/** Room below is only where something is said. */
function HealthBanners({ children }: { readonly children: ReactNode }) {
  return <div className="mx-auto max-w-6xl space-y-2 not-empty:mb-6">{children}</div>;
}

/** How Latchwatch itself is, on every page: a watcher that died looks like a network without faults. */
export function HealthBar(health: HealthBarProps) {
  const { workersAlive, mailRelayConfigured, otherRoutes, failingNotices, now } = health;
  const { dependsOn } = health.alertPath;
  return (
    <>
      <HealthLine facts={healthFacts(health)} updates={health.updates} tools={health.tools} />
      <HealthBanners>
        {workersAlive === 0 ? (
          <Banner tone="crit">
            <strong>Nothing is being watched.</strong> No worker is alive
            {health.lastHeartbeatAt === null
              ? ''
              : `; the last sign of one was ${relativeTime(health.lastHeartbeatAt, now)}`}
            . Everything below is what was known then. Start the worker and look in its log.
          </Banner>
        ) : null}
        {health.ownOutages.map(({ vantage, what, since, endpoints }) => (
          <Banner key={vantage} tone="crit">
            <strong>
              Our own {what} is down at <ForeignText text={vantage} />:{' '}
              {endpoints === 1 ? '1 endpoint is' : `${String(endpoints)} endpoints are`} unknown.
            </strong>{' '}
            It began <TimeStamp at={since} now={now} />. The fault is on our side, so no other incident opens; what
            could not be looked at is looked at again by itself when it is over.
          </Banner>
        ))}
        {workersAlive > 0 && health.strandedVantages.length > 0 ? (
          <Banner tone="fail">
            {health.strandedVantages.slice(0, 5).map(({ vantage, endpoints }) => (
              <p key={vantage}>
                <strong>
                  No worker of vantage <ForeignText text={vantage} /> is alive.
                </strong>{' '}
                {endpoints === 1
                  ? '1 endpoint that only it can see is'
                  : `${endpoints} endpoints that only it can see are`}{' '}
                not looked at.
              </p>
            ))}
          </Banner>
        ) : null}
        {dependsOn === null ? null : (
          <Banner tone="fail">
            <strong>
              Every alert goes through <ForeignText text={dependsOn.watchedHost} maxLength={253} />, which it would
              report on.
            </strong>{' '}
            When it is down, nobody is told:{' '}
            <Link href="/settings/routes" className="link">
              add a second route
            </Link>
            .
          </Banner>
        )}
        {mailRelayConfigured ? null : (
          <Banner tone="fail">
            <strong>No mail relay is configured: {alerts(health.waitingForRelay)}.</strong>{' '}
            {otherRoutes === 0 ? 'Nobody is told about incidents' : 'Nobody is told by mail, other routes are,'} until{' '}
            <code className="font-mono text-sm">LATCHWATCH_SMTP_URL</code> and{' '}
            <code className="font-mono text-sm">LATCHWATCH_MAIL_TO</code> are set
            {otherRoutes === 0 ? '' : ' or the route is switched off'}. Nothing is lost: what waits is sent then.
          </Banner>
        )}
        {failingNotices > 0 ? (
          <Banner tone="fail">
            <strong>A route does not take our alerts: {alerts(failingNotices)}.</strong> The incident pages say why.
            Delivery is tried again.
          </Banner>
        ) : null}
      </HealthBanners>
    </>
  );
}
