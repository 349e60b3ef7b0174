import {
  noteMail,
  notePing,
  startWatchdog,
  stepWatchdog,
  watchdogReasons,
  type WatchdogReading,
} from '#lib/incidents/watchdog.ts';
import type { SendMail } from '#workers/channels/mail.ts';
import type { Clock, Log } from '#workers/ports.ts';
import type { CallOutside } from './call-outside.ts';
import { composeWatchdogMail } from './watchdog-mail.ts';

export interface WatchdogPorts {
  readonly read: () => Promise<WatchdogReading>;
  /** Null: nobody said whom to call. */
  readonly call: CallOutside | null;
  /** Null: it has no relay of its own. */
  readonly send: SendMail | null;
  /** A clock that only goes forward, e.g. `performance.now()`. */
  readonly steady: Clock;
  /** For the text of mails. */
  readonly wall: Clock;
  readonly publicUrl: URL;
  readonly log: Log;
}

/** Looks once and does what follows from it. Calls must not overlap; one takes at most some 70 seconds. Never rejects. */
export type WatchdogTick = () => Promise<void>;

/** The dead man's switch: says to the outside that all works, and to people that it does not. */
export function createWatchdog(ports: WatchdogPorts): WatchdogTick {
  const { steady, wall, log, publicUrl } = ports;
  let state = startWatchdog(steady.now());
  /** Names the thread of mails about this trouble. */
  let troubleAt = wall.now();
  let trouble = false;
  return async () => {
    const reading = await ports.read();
    const step = stepWatchdog(state, reading, steady.now());
    state = step.next;
    const reasons = watchdogReasons(reading);
    if (reasons.length > 0 && !trouble) log.warn('a vital sign is missing', { reasons });
    if (reasons.length === 0 && trouble) log.info('every vital sign is there again');
    trouble = reasons.length > 0;
    if (step.ping && ports.call !== null) {
      const called = await ports.call();
      if (called.ok) state = notePing(state, steady.now());
      else log.warn('the outside address was not reached', { error: called.error });
    }
    if (step.mail === null || ports.send === null) return;
    if (step.mail === 'alarm' && state.failedAt === null) troubleAt = wall.now();
    const message = composeWatchdogMail({ mail: step.mail, reasons, troubleAt, now: wall.now(), publicUrl });
    const delivery = await ports.send(message);
    state = noteMail(state, { mail: step.mail, sent: delivery.ok, now: steady.now() });
    if (delivery.ok) log.info('people were told', { mail: step.mail });
    else log.error('people could not be told', { mail: step.mail, error: delivery.error });
  };
}
