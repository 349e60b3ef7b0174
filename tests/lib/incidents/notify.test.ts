import fc from 'fast-check';
import {
  acknowledgementEnded,
  acknowledgementMs,
  dueNotice,
  isRepeatedOut,
  planNotice,
  routesFor,
  type MadeNotice,
  type RouteRules,
} from '#lib/incidents/notify.ts';
import type { Severity } from '#lib/model/finding.ts';
import { noticeReasons, type NoticeReason } from '#lib/model/notice.ts';

const t0 = Date.UTC(2026, 10, 26, 9);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const mail: RouteRules = { kind: 'mail', minSeverity: 'info', escalateAfterMinutes: 0, outOfBand: false };
const hook: RouteRules = { ...mail, kind: 'webhook' };
const later: RouteRules = { ...mail, escalateAfterMinutes: 15 };

function made(reason: NoticeReason, more: Partial<MadeNotice> = {}): MadeNotice {
  return {
    id: `${reason}-${String(more.createdAt ?? t0)}`,
    reason,
    createdAt: t0,
    digest: false,
    held: false,
    sent: true,
    ...more,
  };
}

const waiting = { sent: false } as const;
const held = { held: true, sent: false } as const;
const digest = { digest: true } as const;

describe('what a decision means for a route', () => {
  interface Given {
    readonly route?: RouteRules;
    readonly made?: readonly MadeNotice[];
    readonly reason: NoticeReason;
    readonly severity?: Severity;
    readonly silenced?: boolean;
  }
  const rows: readonly (readonly [what: string, given: Given, write: string, drop?: readonly string[]])[] = [
    ['a critical one goes out at once', { reason: 'opened' }, 'opened 0 s'],
    ['an error waits half a minute', { reason: 'opened', severity: 'error' }, 'opened 30 s'],
    ['a warning waits for the digest', { reason: 'opened', severity: 'warning' }, 'opened digest 30 s'],
    ['a warning goes to a webhook at once', { route: hook, reason: 'opened', severity: 'warning' }, 'opened 0 s'],
    [
      'a warning in the digest that became worse is told as new',
      { made: [made('opened', { ...digest, ...waiting })], reason: 'worsened' },
      'opened 0 s',
      [`opened-${String(t0)}`],
    ],
    ['one that was told is told to be worse', { made: [made('opened')], reason: 'worsened' }, 'worsened 0 s'],
    ['what was silenced is held', { reason: 'opened', silenced: true }, 'opened held 0 s'],
    [
      'what is held is replaced by what is worse',
      { made: [made('opened', held)], reason: 'worsened', silenced: true },
      'opened held 0 s',
      [`opened-${String(t0)}`],
    ],
    ['the second line is held until nobody took it', { route: later, reason: 'opened' }, 'escalated held 0 s'],
    [
      'the second line that knows is told at once',
      { route: later, made: [made('escalated')], reason: 'worsened' },
      'worsened 0 s',
    ],
    ['the end is told to who was told', { made: [made('opened')], reason: 'resolved' }, 'resolved 0 s'],
    [
      'the end is told although it is silenced',
      { made: [made('opened')], reason: 'resolved', silenced: true },
      'resolved 0 s',
    ],
    [
      'the end of what waits for the digest goes there',
      { made: [made('opened', digest)], reason: 'resolved' },
      'resolved digest 0 s',
    ],
    ['nobody hears of the end who heard of nothing', { reason: 'resolved' }, 'nothing'],
    [
      'what was held is dropped at the end',
      { made: [made('opened', held)], reason: 'resolved' },
      'nothing',
      [`opened-${String(t0)}`],
    ],
    [
      'a second round begins anew',
      { made: [made('opened'), made('resolved'), made('opened', { id: 'second', ...held })], reason: 'resolved' },
      'nothing',
      ['second'],
    ],
  ];

  it.each(rows.map(([what, given, write, drop = []]) => ({ what, given, write, drop })))('$what', (row) => {
    const { given, write, drop } = row;
    const plan = planNotice({ route: mail, made: [], severity: 'critical', silenced: false, ...given });
    expect(plan.drop).toEqual(drop);
    const { write: written } = plan;
    const shown =
      written === null
        ? 'nothing'
        : [
            written.reason,
            ...(written.digest ? ['digest'] : []),
            ...(written.held ? ['held'] : []),
            `${String(written.waitMs / 1000)} s`,
          ].join(' ');
    expect(shown).toBe(write);
  });

  it('lets what is held keep its beginning', () => {
    const plan = planNotice({
      route: later,
      made: [made('escalated', held)],
      reason: 'worsened',
      severity: 'critical',
      silenced: false,
    });
    expect(plan.write).toMatchObject({ reason: 'escalated', held: true, heldSince: t0 });
  });
});

describe('what time makes due', () => {
  const repeats = (count: number) =>
    Array.from({ length: count }, (_, index) => made('repeated', { createdAt: t0 + (index + 1) * hourMs }));
  const rows: readonly (readonly [
    what: string,
    given: {
      readonly route?: RouteRules;
      readonly made: readonly MadeNotice[];
      readonly state?: 'firing' | 'acknowledged' | 'recovering';
      readonly severity?: Severity;
      readonly silenced?: boolean;
    },
    afterMs: number,
    due: string | null,
  ])[] = [
    ['nothing before four hours', { made: [made('opened')] }, 4 * hourMs - 1, null],
    ['a repeat after four hours', { made: [made('opened')] }, 4 * hourMs, 'repeated'],
    ['the second repeat not after seven more', { made: [made('opened'), ...repeats(1)] }, hourMs + 7 * hourMs, null],
    ['the second repeat after eight more', { made: [made('opened'), ...repeats(1)] }, hourMs + 8 * hourMs, 'repeated'],
    ['the sixth after 128 hours', { made: [made('opened'), ...repeats(5)] }, 5 * hourMs + 128 * hourMs, 'repeated'],
    ['never a seventh', { made: [made('opened'), ...repeats(6)] }, 10_000 * hourMs, null],
    [
      'anew after it became worse',
      { made: [made('opened'), ...repeats(6), made('worsened', { createdAt: t0 + 7 * hourMs })] },
      11 * hourMs,
      'repeated',
    ],
    ['nothing to who took it', { made: [made('opened')], state: 'acknowledged' }, 5 * hourMs, null],
    ['nothing while it recovers', { made: [made('opened')], state: 'recovering' }, 5 * hourMs, null],
    ['nothing while it is silenced', { made: [made('opened')], silenced: true }, 5 * hourMs, null],
    ['nothing while the last word waits', { made: [made('opened', waiting)] }, 5 * hourMs, null],
    ['nothing for a warning by mail', { made: [made('opened', digest)], severity: 'warning' }, 5 * hourMs, null],
    ['nothing to Alertmanager', { route: { ...mail, kind: 'alertmanager' }, made: [made('opened')] }, 5 * hourMs, null],
    ['nothing to who was never told', { made: [] }, 5 * hourMs, null],
    ['what a silence held, once it is over', { made: [made('opened', held)] }, minuteMs, 'release'],
    ['nothing held while it is silenced', { made: [made('opened', held)], silenced: true }, minuteMs, null],
    ['nothing held while it recovers', { made: [made('opened', held)], state: 'recovering' }, minuteMs, null],
    ['no escalation before its time', { route: later, made: [made('escalated', held)] }, 15 * minuteMs - 1, null],
    ['the escalation', { route: later, made: [made('escalated', held)] }, 15 * minuteMs, 'release'],
    [
      'no escalation of what somebody took',
      { route: later, made: [made('escalated', held)], state: 'acknowledged' },
      hourMs,
      null,
    ],
  ];

  it.each(rows)('%s', (_what, given, afterMs, due) => {
    const { state = 'firing', severity = 'critical', ...rest } = given;
    const found = dueNotice({
      ...{ route: mail, silenced: false, now: t0 + afterMs, ...rest },
      incident: { state, severity, openedAt: t0 },
    });
    expect(found === null ? null : found.kind === 'release' ? 'release' : found.reason).toBe(due);
  });

  it('leaves to the digest what was repeated six times', () => {
    expect(isRepeatedOut([made('opened'), ...repeats(5)])).toBe(false);
    expect(isRepeatedOut([made('opened'), ...repeats(6)])).toBe(true);
    expect(isRepeatedOut([made('opened'), ...repeats(6), made('resolved'), made('opened')])).toBe(false);
  });

  it('ends an acknowledgement after a day', () => {
    const taken = { state: 'acknowledged', acknowledgedUntil: t0 + acknowledgementMs } as const;
    expect(acknowledgementEnded(taken, t0 + 24 * hourMs - 1)).toBe(false);
    expect(acknowledgementEnded(taken, t0 + 24 * hourMs)).toBe(true);
    expect(acknowledgementEnded({ ...taken, state: 'firing' }, t0 + 24 * hourMs)).toBe(false);
    expect(acknowledgementEnded({ ...taken, acknowledgedUntil: null }, t0 + 24 * hourMs)).toBe(false);
  });
});

describe('routes', () => {
  const pager: RouteRules = { ...hook, minSeverity: 'critical', outOfBand: true };

  it('take what is at least as bad as they want', () => {
    expect(routesFor([mail, pager], { code: 'unreachable', severity: 'error' })).toEqual([mail]);
    expect(routesFor([mail, pager], { code: 'unreachable', severity: 'critical' })).toEqual([mail, pager]);
  });

  it('out of band alone are told that our own network is down, or all where there is none', () => {
    for (const code of ['own-network-down', 'own-resolver-down']) {
      expect(routesFor([mail, pager], { code, severity: 'critical' })).toEqual([pager]);
      expect(routesFor([mail, hook], { code, severity: 'critical' })).toEqual([mail, hook]);
    }
  });
});

it('keeps its promises whatever comes, also with a clock that goes back', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('decide' as const),
      reason: fc.constantFrom(
        ...noticeReasons.filter((reason) => reason === 'opened' || reason === 'worsened' || reason === 'resolved'),
      ),
      silenced: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('tick' as const),
      ms: fc.integer({ min: -hourMs, max: 40 * hourMs }),
      silenced: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(mail, hook, later), (steps, route) => {
      let now = t0;
      let log: MadeNotice[] = [];
      let ids = 0;
      for (const taken of steps) {
        if (taken.kind === 'decide') {
          const plan = planNotice({ ...taken, route, made: log, severity: 'critical' });
          log = log.filter(({ id }) => !plan.drop.includes(id));
          const { write } = plan;
          if (write === null) continue;
          if (taken.silenced && write.reason !== 'resolved') expect(write.held).toBe(true);
          // Nothing ends that was not told to begin.
          if (write.reason === 'resolved') expect(log.at(-1)).toMatchObject({ held: false });
          log.push(
            made(write.reason, {
              id: String((ids += 1)),
              createdAt: write.heldSince ?? now,
              digest: write.digest,
              held: write.held,
            }),
          );
          continue;
        }
        now += taken.ms;
        const openedAt = log[0]?.createdAt ?? null;
        const incident = { state: 'firing', severity: 'critical', openedAt } as const;
        const due = dueNotice({ route, made: log, incident, silenced: taken.silenced, now });
        if (taken.silenced) expect(due).toBeNull();
        if (due?.kind === 'release') {
          log = log.map((notice) => (notice.id === due.noticeId ? { ...notice, held: false, createdAt: now } : notice));
        } else if (due?.kind === 'write') {
          log.push(made(due.reason, { id: String((ids += 1)), createdAt: now }));
          // A second look at the same moment says nothing again.
          expect(dueNotice({ route, made: log, incident, silenced: false, now })).toBeNull();
        }
        expect(log.filter((notice) => notice.held).length).toBeLessThanOrEqual(1);
      }
      const rounds = log
        .map(({ reason }) => (reason === 'resolved' ? '|' : reason === 'repeated' ? 'r' : 'x'))
        .join('');
      expect(rounds).not.toMatch(/r{7}/);
      expect(rounds).not.toMatch(/(^|\|)[r|]/);
    }),
  );
});
