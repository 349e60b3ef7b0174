import fc from 'fast-check';
import {
  noteMail,
  notePing,
  startWatchdog,
  stepWatchdog,
  watchdogReasons,
  type WatchdogMail,
  type WatchdogReading,
  type WatchdogState,
} from '#lib/incidents/watchdog.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function signs(...ages: readonly (number | null)[]): WatchdogReading {
  const [write = null, probe = write, drain = write] = ages;
  const sign = (ageMs: number | null) => ({ ageMs, said: null });
  return {
    database: 'answers',
    signs: { 'database-write': sign(write), 'fixture-probe': sign(probe), 'outbox-drain': sign(drain) },
  };
}

const silent: WatchdogReading = { database: 'silent', error: 'ECONNREFUSED' };
const fine = signs(20 * second);

interface Done {
  readonly at: number;
  readonly ping: boolean;
  readonly mail: WatchdogMail | null;
}

/** Runs looks as the process does. `delivers`: whether a mail of this moment goes out. */
function run(
  looks: readonly { readonly at: number; readonly reading: WatchdogReading }[],
  options: { readonly start?: number; readonly delivers?: (at: number) => boolean } = {},
): { readonly done: readonly Done[]; readonly state: WatchdogState } {
  let state = startWatchdog(options.start ?? 0);
  const done: Done[] = [];
  for (const { at, reading } of looks) {
    const step = stepWatchdog(state, reading, at);
    state = step.ping ? notePing(step.next, at) : step.next;
    const sent = options.delivers?.(at) ?? true;
    if (step.mail !== null) state = noteMail(state, { mail: step.mail, sent, now: at });
    done.push({ at, ping: step.ping, mail: step.mail });
  }
  return { done, state };
}

/** A look every ten seconds. */
function every(from: number, to: number, reading: WatchdogReading) {
  return Array.from({ length: (to - from) / (10 * second) }, (_, index) => ({
    at: from + index * 10 * second,
    reading,
  }));
}

const mails = ({ done }: { readonly done: readonly Done[] }) =>
  done.filter(({ mail }) => mail !== null).map(({ at, mail }) => [at / second, mail]);

describe('the watchdog', () => {
  it('calls outside once a minute while every sign is fresh', () => {
    const { done } = run(every(0, 5 * minute, fine));
    expect(done.filter(({ ping }) => ping).map(({ at }) => at / minute)).toEqual([0, 1, 2, 3, 4]);
    expect(mails({ done })).toEqual([]);
  });

  it.each([
    ['database-write', signs(2 * minute + 1, 0, 0)],
    ['fixture-probe', signs(0, 2 * minute + 1, 0)],
    ['outbox-drain', signs(0, 0, 2 * minute + 1)],
    ['a sign that was never seen', signs(0, null, 0)],
    ['a sign from the future', signs(0, 0, -6 * second)],
    ['no database', silent],
  ])('does not call when it is about %s', (_what, reading) => {
    expect(run([{ at: 0, reading }]).done).toEqual([{ at: 0, ping: false, mail: null }]);
    expect(watchdogReasons(reading)).toHaveLength(1);
  });

  it('calls again at the next look when nobody answered', () => {
    const first = stepWatchdog(startWatchdog(0), fine, 0);
    expect(stepWatchdog(first.next, fine, 10 * second).ping).toBe(true);
  });

  it('alarms once after three minutes, reminds every four hours, and says that all is well after a minute of it', () => {
    const looks = [
      ...every(0, minute, fine),
      ...every(minute, 9 * hour, silent),
      ...every(9 * hour, 9 * hour + 10 * minute, fine),
    ];
    // The last sign vouched for 20 seconds before the last good look.
    const alarm = 50 - 20 + 190;
    expect(mails(run(looks))).toEqual([
      [alarm, 'alarm'],
      [alarm + 4 * 3600, 'reminder'],
      [alarm + 8 * 3600, 'reminder'],
      [9 * 3600 + 60, 'well'],
    ]);
  });

  it('gives a worker that starts with it three minutes', () => {
    expect(mails(run(every(0, 4 * minute, signs(null))))).toEqual([[190, 'alarm']]);
  });

  it('tries a mail again every minute until it went out, and says nothing of trouble that nobody was told of', () => {
    const looks = [...every(0, 10 * minute, silent), ...every(10 * minute, 15 * minute, fine)];
    const late = run(looks, { delivers: (at) => at > 5 * minute });
    expect(mails(late)).toEqual([
      [190, 'alarm'],
      [250, 'alarm'],
      [310, 'alarm'],
      [660, 'well'],
    ]);
    expect(mails(run(looks, { delivers: () => false })).at(-1)).toEqual([550, 'alarm']);
  });

  it('forgets an alarm that did not go out when its trouble is over, and not at one good look within it', () => {
    const delivers = (): boolean => false;
    const trouble = every(0, 5 * minute, silent);
    expect(run(trouble, { delivers }).state.failedAt).toBe(250 * second);
    const briefly = [...trouble, ...every(5 * minute, 6 * minute, fine)];
    expect(run(briefly, { delivers }).state.failedAt).toBe(250 * second);
    const over = [...trouble, ...every(5 * minute, 6 * minute + 10 * second, fine)];
    expect(run(over, { delivers }).state.failedAt).toBeNull();
  });

  it('waits for a minute without fault before it says that all is well', () => {
    const looks = [
      ...every(0, 4 * minute, silent),
      ...every(4 * minute, 4 * minute + 30 * second, fine),
      ...every(4 * minute + 30 * second, 5 * minute, silent),
      ...every(5 * minute, 7 * minute, fine),
    ];
    expect(mails(run(looks))).toEqual([
      [190, 'alarm'],
      [360, 'well'],
    ]);
  });

  it('says what is wrong in sentences', () => {
    const reading: WatchdogReading = {
      database: 'answers',
      signs: {
        'database-write': { ageMs: 300 * second, said: null },
        'fixture-probe': { ageMs: null, said: 'connect: ECONNREFUSED' },
        'outbox-drain': { ageMs: 0, said: null },
      },
    };
    expect(watchdogReasons(reading)).toEqual([
      'A worker wrote to the database: not for 300 seconds.',
      'A worker probed the server that is there to be probed: never yet. The worker says: connect: ECONNREFUSED.',
    ]);
    expect(watchdogReasons(silent)).toEqual(['The database does not answer: ECONNREFUSED.']);
  });

  const age = fc.oneof(
    fc.constant(null),
    fc.integer({ min: -hour, max: 6 * hour }),
    fc.integer({ min: 0, max: minute }),
  );
  const reading = fc.oneof(
    fc.constant(silent),
    fc.constant(fine),
    fc.tuple(age, age, age).map((ages) => signs(...ages)),
  );
  /** Mostly forward; now and then the clock is set back or jumps. */
  const stepMs = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 2 * minute }) },
    { weight: 1, arbitrary: fc.integer({ min: -5 * hour, max: 5 * hour }) },
  );
  const story = fc.array(fc.tuple(stepMs, reading), { maxLength: 80 }).map((steps) => {
    let at = 0;
    return steps.map(([ms, seen]) => ({ at: (at += ms), reading: seen }));
  });

  it('never calls on stale signs, and takes turns between alarm and all is well, whatever the clock does', () => {
    fc.assert(
      fc.property(story, fc.func(fc.boolean()), (looks, delivers) => {
        const { done } = run(looks, { delivers });
        let alarmed = false;
        done.forEach(({ at, ping, mail }, index) => {
          const seen = looks[index]?.reading ?? silent;
          if (ping) expect(watchdogReasons(seen)).toEqual([]);
          if (mail === 'well') expect(watchdogReasons(seen)).toEqual([]);
          if (mail === 'reminder') expect(watchdogReasons(seen)).not.toEqual([]);
          if (mail !== null) expect([mail, alarmed]).toEqual([mail, mail !== 'alarm']);
          if (mail !== null && delivers(at)) alarmed = mail !== 'well';
        });
      }),
    );
  });

  it('is never stuck: steady silence ends in an alarm, and steady signs in calls and in nobody alarmed', () => {
    fc.assert(
      fc.property(story, (looks) => {
        const before = run(looks);
        const now = looks.at(-1)?.at ?? 0;
        let state = before.state;
        for (const { at, reading: seen } of every(now, now + 5 * minute, silent)) {
          const step = stepWatchdog(state, seen, at);
          state = step.mail === null ? step.next : noteMail(step.next, { mail: step.mail, sent: true, now: at });
        }
        expect(state.toldAt).not.toBeNull();
        const pings: number[] = [];
        for (const { at, reading: seen } of every(now + 5 * minute, now + 10 * minute, fine)) {
          const step = stepWatchdog(state, seen, at);
          state = step.mail === null ? step.next : noteMail(step.next, { mail: step.mail, sent: true, now: at });
          if (step.ping) pings.push(at);
          if (step.ping) state = notePing(state, at);
        }
        expect(state.toldAt).toBeNull();
        expect(pings).toHaveLength(5);
      }),
    );
  });
});
