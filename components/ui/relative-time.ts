const steps: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
const format = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' });

/** `3 minutes ago`, `in 5 days`; `now` and `at` in milliseconds since the epoch. */
export function relativeTime(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  const step = steps.find(([size]) => Math.abs(seconds) >= size);
  if (step === undefined) return 'just now';
  return format.format(Math.trunc(seconds / step[0]), step[1]);
}

function dateAndTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-24 04:01:13 UTC` */
export function absoluteTime(at: number): string {
  return `${dateAndTime(at)} UTC`;
}

/** `2026-11-24 05:01:13 +01:00`; `offsetMinutes` is how far the place is ahead of UTC. */
export function placeTime(at: number, offsetMinutes: number): string {
  const ahead = Math.abs(offsetMinutes);
  const [hours, minutes] = [Math.trunc(ahead / 60), ahead % 60].map((part) => String(part).padStart(2, '0'));
  return `${dateAndTime(at + offsetMinutes * 60_000)} ${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
}
