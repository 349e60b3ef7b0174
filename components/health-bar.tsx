import type { ReactNode } from 'react';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { relativeTime } from './ui/relative-time.ts';
import { TimeStamp } from './ui/time-stamp.tsx';
import type { Tone } from './ui/tone.ts';
import { ToneIcon } from './ui/tone-icon.tsx';

export interface HealthBarProps {
  /** All instants in milliseconds since the epoch. */
  readonly now: number;
  readonly workersAlive: number;
  readonly workersKnown: number;
  readonly lastHeartbeatAt: number | null;
  readonly oldestDueAt: number | null;
  /** How late a probe may be before it counts as overdue. */
  readonly overdueAfterMs: number;
  readonly mailRelayConfigured: boolean;
  readonly unsentNotices: number;
  readonly failingNotices: number;
  readonly lastMailSentAt: number | null;
  /** Vantages that endpoints wait for and that no living worker has. */
  readonly strandedVantages: readonly { readonly vantage: string; readonly endpoints: number }[];
}

function Item({ tone, name, children }: { readonly tone: Tone; readonly name: string; readonly children: ReactNode }) {
  return (
    <li className="flex items-center gap-1.5">
      <ToneIcon tone={tone} size={14} />
      <span className="text-muted">{name}</span>
      <span>{children}</span>
    </li>
  );
}

function alerts(count: number): string {
  if (count === 0) return 'no alert waits yet';
  return count === 1 ? '1 alert waits' : `${count} alerts wait`;
}

/** How Latchwatch itself is, on every page: a watcher that died looks like a network without faults. */
export function HealthBar(health: HealthBarProps) {
  const lateMs = health.oldestDueAt === null ? 0 : health.now - health.oldestDueAt;
  const late = lateMs > health.overdueAfterMs;
  const { workersAlive, workersKnown, mailRelayConfigured, unsentNotices, failingNotices, lastMailSentAt, now } =
    health;
  return (
    <section aria-label="Health of Latchwatch" className="mb-6 space-y-2">
      {workersAlive === 0 ? (
        <Banner tone="crit">
          <strong>Nothing is being watched.</strong> No worker is alive
          {health.lastHeartbeatAt === null
            ? ''
            : `; the last sign of one was ${relativeTime(health.lastHeartbeatAt, now)}`}
          . Everything below is what was known then. Start the worker and look in its log.
        </Banner>
      ) : null}
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
      {mailRelayConfigured ? null : (
        <Banner tone="fail">
          <strong>No mail relay is configured: {alerts(unsentNotices)}.</strong> Nobody is told about incidents until{' '}
          <code className="font-mono text-sm">LATCHWATCH_SMTP_URL</code> and{' '}
          <code className="font-mono text-sm">LATCHWATCH_MAIL_TO</code> are set. Nothing is lost: what waits is sent
          then.
        </Banner>
      )}
      {mailRelayConfigured && failingNotices > 0 ? (
        <Banner tone="fail">
          <strong>The mail relay does not take our alerts: {alerts(failingNotices)}.</strong> The incident pages say
          why. Delivery is tried again.
        </Banner>
      ) : null}
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <Item tone={workersAlive === 0 ? 'crit' : workersAlive < workersKnown ? 'warn' : 'ok'} name="Workers">
          {workersAlive} of {Math.max(workersKnown, workersAlive)} alive
        </Item>
        <Item tone={late ? 'fail' : 'ok'} name="Probes">
          {late ? `oldest is overdue by ${Math.round(lateMs / 1000)} s` : 'on time'}
        </Item>
        <Item
          tone={!mailRelayConfigured || failingNotices > 0 ? 'fail' : unsentNotices > 0 ? 'info' : 'ok'}
          name="Alerts"
        >
          {unsentNotices === 0 ? 'none waiting' : `${unsentNotices} waiting`}
        </Item>
        <Item tone={lastMailSentAt === null ? 'unknown' : 'ok'} name="Last mail sent">
          {lastMailSentAt === null ? 'never' : <TimeStamp at={lastMailSentAt} now={now} form="relative" />}
        </Item>
      </ul>
    </section>
  );
}
