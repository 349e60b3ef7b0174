import { renderToStaticMarkup } from 'react-dom/server';
import type { CalendarItem } from '#components/signature-calendar.tsx';
import { judgeSignature, SignatureCalendar } from '#components/signature-calendar.tsx';
import { signatureScale } from '#components/signature-scale.ts';
import { dayMs, testNow } from '#tests/support/certificates.ts';
import { signatureWith } from '#tests/support/zone-observations.ts';

const hourMs = 3_600_000;

/** A signature of 28 days with this much left. */
function item(remainingMs: number, change: Partial<CalendarItem> = {}): CalendarItem {
  const { owner, type, signer, keyTag, algorithm, inception, expiration, status } = signatureWith(remainingMs);
  return {
    owner,
    type,
    signer,
    keyTag,
    algorithm,
    inception,
    expiration,
    status,
    servers: [],
    covered: false,
    ...change,
  };
}

const toneOf = (one: CalendarItem) => judgeSignature(one, { now: testNow, doubt: null }).tone;

test('a signature of four weeks warns below 72 hours and is critical below 12', () => {
  expect(toneOf(item(73 * hourMs))).toBe('ok');
  expect(toneOf(item(71 * hourMs))).toBe('warn');
  expect(toneOf(item(13 * hourMs))).toBe('warn');
  expect(toneOf(item(11 * hourMs))).toBe('crit');
  expect(toneOf(item(-1))).toBe('crit');
});

test('one of four days warns below a quarter, a day, and is critical below 5 %', () => {
  const short = (remainingMs: number) => item(remainingMs, { inception: testNow + remainingMs - 4 * dayMs });
  expect(toneOf(short(25 * hourMs))).toBe('ok');
  expect(toneOf(short(23 * hourMs))).toBe('warn');
  expect(toneOf(short(5 * hourMs))).toBe('warn');
  expect(toneOf(short(4 * hourMs))).toBe('crit');
});

test('what is not valid is never green, whatever its dates', () => {
  expect(toneOf(item(20 * dayMs, { status: 'key-missing' }))).toBe('crit');
  expect(toneOf(item(20 * dayMs, { inception: testNow + 1 }))).toBe('crit');
  expect(toneOf(item(-dayMs, { status: 'signature-expired', covered: true }))).toBe('info');
  expect(judgeSignature(item(20 * dayMs), { now: testNow, doubt: 'Stale' })).toEqual({
    tone: 'unknown',
    word: 'Stale',
  });
});

test('every bar has its twin in the table, and a line stands at now', () => {
  const items = [
    item(-dayMs),
    item(dayMs, { type: 'SOA' }),
    item(20 * dayMs, { type: 'TLSA', servers: ['ns2 (192.0.2.2)'] }),
  ];
  const html = renderToStaticMarkup(<SignatureCalendar items={items} leftOut={3} now={testNow} doubt={null} />);
  const [bars = '', table = ''] = html.split('As a table');
  for (const part of [bars, table]) {
    for (const text of ['example.org MX', 'example.org SOA', 'example.org TLSA', 'only from ns2 (192.0.2.2)']) {
      expect(part).toContain(text);
    }
  }
  expect(bars.match(/<line /g)).toHaveLength(3);
  expect(bars).toContain('3 more expire later');
  expect(table).toContain('<caption');
});

test('dates outside of the scale stand at its edges, and the axis stays within a few dates', () => {
  for (const last of [testNow - 400 * dayMs, testNow + dayMs, testNow + 5 * dayMs, testNow + 4000 * dayMs]) {
    const scale = signatureScale([last], testNow);
    expect(scale.percentOf(testNow - 1000 * dayMs)).toBe(0);
    expect(scale.percentOf(testNow + 4000 * dayMs)).toBe(100);
    expect(scale.percentOf(testNow)).toBeGreaterThan(10);
    expect(scale.percentOf(testNow)).toBeLessThan(60);
    expect(scale.ticks.length).toBeGreaterThan(1);
    expect(scale.ticks.length).toBeLessThanOrEqual(6);
    expect(scale.ticks.every((at) => at >= scale.start && at < scale.end)).toBe(true);
  }
});
