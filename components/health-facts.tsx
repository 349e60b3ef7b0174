import type { ReactNode } from 'react';
import type { AlertPath } from './route-proof-item.ts';
import { TimeStamp } from './ui/time-stamp.tsx';
import type { Tone } from './ui/tone.ts';

/** Reports of clients: what they are worth depends on how lately they came. Instants in milliseconds since the epoch. */
export interface IngestHealth {
  /** Sources that may report. */
  readonly sources: number;
  /** Of those, sources from which nothing came within the last hour, and which reported before. */
  readonly silent: number;
  /** When the last report came, of whichever source; null: none ever. */
  readonly lastReportAt: number | null;
  /** Processes of ingest that live. */
  readonly running: number;
  /** The longest that reports waited lately until they were safe on disk, in milliseconds. */
  readonly waitedMs: number;
  /** Batches that it did not take within the last seconds, for want of room: their senders try again. */
  readonly putOff: number;
}

/** Reports that wait longer are a queue that grows, not a busy second. */
const behindAfterMs = 5_000;

export interface HealthFact {
  readonly name: string;
  readonly tone: Tone;
  readonly value: ReactNode;
  /** What it means and what to do when it is not well. */
  readonly meaning: string;
}

interface Known {
  readonly now: number;
  readonly workersAlive: number;
  readonly workersKnown: number;
  readonly oldestDueAt: number | null;
  readonly overdueAfterMs: number;
  readonly mailRelayConfigured: boolean;
  readonly unsentNotices: number;
  readonly failingNotices: number;
  readonly lastMailSentAt: number | null;
  readonly alertPath: AlertPath;
  readonly ingest: IngestHealth;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

function reports(ingest: IngestHealth, now: number): HealthFact {
  const { sources, silent, lastReportAt, running, waitedMs, putOff } = ingest;
  const name = 'Reports';
  const meaning =
    'What clients hold is known from reports of the mail servers. A source that falls silent leaves the census older than it looks; so does ingest that is behind or does not run, while the servers keep what they have to say.';
  if (sources === 0) return { name, tone: 'unknown', value: 'no source yet', meaning };
  if (running === 0) return { name, tone: 'fail', value: 'ingest does not run', meaning };
  if (putOff > 0) return { name, tone: 'warn', value: 'more come than ingest can take', meaning };
  if (waitedMs > behindAfterMs) return { name, tone: 'warn', value: `ingest is ${duration(waitedMs)} behind`, meaning };
  if (lastReportAt === null) return { name, tone: 'unknown', value: 'none came yet', meaning };
  const last = <TimeStamp at={lastReportAt} now={now} form="relative" />;
  if (silent === 0) return { name, tone: 'ok', value: last, meaning };
  return {
    ...{ name, tone: 'warn', meaning },
    value: (
      <>
        {silent} of {sources} silent, last {last}
      </>
    ),
  };
}

/** What one asks of the watcher itself, in the order in which its parts depend on each other. */
export function healthFacts(health: Known): readonly HealthFact[] {
  const { now, workersAlive, workersKnown, oldestDueAt, overdueAfterMs, mailRelayConfigured, ingest } = health;
  const { unsentNotices, failingNotices, lastMailSentAt, alertPath } = health;
  const lateMs = oldestDueAt === null ? 0 : now - oldestDueAt;
  const isLate = lateMs > overdueAfterMs;
  return [
    {
      name: 'Workers',
      tone: workersAlive === 0 ? 'crit' : workersAlive < workersKnown ? 'warn' : 'ok',
      value: `${workersAlive} of ${Math.max(workersKnown, workersAlive)} alive`,
      meaning: 'They look at the servers. One that was alive within the last day and is not now counts as missing.',
    },
    {
      name: 'Probes',
      tone: isLate ? 'fail' : 'ok',
      value: isLate ? `oldest is overdue by ${duration(lateMs)}` : 'on time',
      meaning: 'When the oldest waits longer than an interval, there are too few workers for what is watched.',
    },
    reports(ingest, now),
    {
      name: 'Alerts',
      tone: !mailRelayConfigured || failingNotices > 0 ? 'fail' : unsentNotices > 0 ? 'info' : 'ok',
      value:
        unsentNotices > 0 ? (
          `${unsentNotices} waiting`
        ) : lastMailSentAt === null ? (
          'none sent yet'
        ) : (
          <>
            none waiting, last <TimeStamp at={lastMailSentAt} now={now} form="relative" />
          </>
        ),
      meaning: 'What was decided and has not left the house yet.',
    },
    {
      name: 'Alert path proven',
      tone: alertPath.overdue ? 'fail' : alertPath.provenAt === null ? 'unknown' : 'ok',
      value: (
        <>
          {alertPath.provenAt === null ? 'never' : <TimeStamp at={alertPath.provenAt} now={now} form="relative" />}
          {alertPath.overdue ? ', overdue' : ''}
        </>
      ),
      meaning: 'When a person last confirmed that a test alert arrived. Prove it on the page of the routes.',
    },
  ];
}
