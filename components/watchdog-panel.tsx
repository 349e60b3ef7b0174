import { ForeignText } from './ui/foreign-text.tsx';
import { Panel } from './ui/panel.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** The watchdog and what it looks at. Instants in milliseconds since the epoch. */
export interface WatchdogView {
  /** Null: none was ever there. */
  readonly watchdog: {
    readonly seenAt: number;
    readonly callsOutside: boolean;
    readonly sendsMail: boolean;
  } | null;
  /** `at` null: never; `said`: why it is not renewed. */
  readonly signs: readonly { readonly name: string; readonly at: number | null; readonly said: string | null }[];
}

const staleAfterMs = 120_000;

const signWords: Readonly<Record<string, string>> = {
  'database-write': 'A worker writes to the database',
  'fixture-probe': 'A worker can probe',
  'outbox-drain': 'Alerts that are due go out',
};

function State({ view, now }: { readonly view: WatchdogView; readonly now: number }) {
  const { watchdog } = view;
  if (watchdog === null || now - watchdog.seenAt > staleAfterMs) {
    return (
      <p>
        <ToneLabel tone="fail">The watchdog does not run.</ToneLabel> Nobody is told when Latchwatch itself stops: start
        it with <code className="font-mono text-sm">latchwatch watchdog</code>.
      </p>
    );
  }
  if (!watchdog.callsOutside && !watchdog.sendsMail) {
    return (
      <p>
        <ToneLabel tone="warn">Nobody hears the watchdog.</ToneLabel> Set{' '}
        <code className="font-mono text-sm">LATCHWATCH_WATCHDOG_URL</code> or{' '}
        <code className="font-mono text-sm">LATCHWATCH_WATCHDOG_SMTP_URL</code>, so that somebody is told when
        Latchwatch itself stops.
      </p>
    );
  }
  const ways = [
    ...(watchdog.callsOutside ? ['calls an address outside every minute while all of this holds'] : []),
    ...(watchdog.sendsMail ? ['sends mail by a relay of its own when it does not'] : []),
  ];
  return (
    <p>
      <ToneLabel tone="ok">The watchdog runs.</ToneLabel> It {ways.join(', and ')}.
    </p>
  );
}

/** Whether somebody is told when Latchwatch itself stops. */
export function WatchdogPanel({ view, now }: { readonly view: WatchdogView; readonly now: number }) {
  return (
    <Panel title="When Latchwatch itself stops">
      <div className="space-y-3">
        <State view={view} now={now} />
        <ul className="space-y-1 text-sm">
          {view.signs.map(({ name, at, said }) => (
            <li key={name} className="flex flex-wrap gap-x-2">
              <ToneLabel tone={at !== null && now - at <= staleAfterMs ? 'ok' : 'fail'}>
                {signWords[name] ?? name}
              </ToneLabel>
              <span className="text-muted">
                {at === null ? 'never yet' : <TimeStamp at={at} now={now} form="relative" />}
              </span>
              {said === null ? null : <ForeignText text={said} maxLength={300} />}
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}
