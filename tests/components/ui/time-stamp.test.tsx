import { renderToStaticMarkup } from 'react-dom/server';
import { absoluteTime, placeTime } from '#components/ui/relative-time.ts';
import { TimeStamp } from '#components/ui/time-stamp.tsx';

const at = Date.UTC(2026, 10, 24, 23, 1, 13);

test('is UTC as the server makes it, for the eye, for the record and for machines', () => {
  const html = renderToStaticMarkup(<TimeStamp at={at} now={at + 180_000} />);
  expect(html).toContain('dateTime="2026-11-24T23:01:13.000Z"');
  expect(html).toContain('title="2026-11-24 23:01:13 UTC, 3 minutes ago"');
  expect(html.replaceAll(/<[^>]+>/g, '')).toBe('3 minutes ago · 2026-11-24 23:01:13 UTC');
  expect(renderToStaticMarkup(<TimeStamp at={at} now={at} form="absolute" />)).toContain('>2026-11-24 23:01:13 UTC<');
});

test('a place says how far it is from UTC, over midnight too', () => {
  expect(absoluteTime(at)).toBe('2026-11-24 23:01:13 UTC');
  expect(placeTime(at, 60)).toBe('2026-11-25 00:01:13 +01:00');
  expect(placeTime(at, -210)).toBe('2026-11-24 19:31:13 -03:30');
  expect(placeTime(at, 345)).toBe('2026-11-25 04:46:13 +05:45');
  expect(placeTime(at, 0)).toBe('2026-11-24 23:01:13 +00:00');
});
