import { absoluteTime, relativeTime } from './relative-time.ts';

/** An instant, relative for the eye and absolute for the record; both in milliseconds since the epoch. */
export function TimeStamp({
  at,
  now,
  form = 'both',
}: {
  readonly at: number;
  readonly now: number;
  readonly form?: 'both' | 'relative' | 'absolute';
}) {
  const absolute = absoluteTime(at);
  const relative = relativeTime(at, now);
  return (
    <time dateTime={new Date(at).toISOString()} title={`${absolute}, ${relative}`}>
      <span className="whitespace-nowrap">{form === 'absolute' ? absolute : relative}</span>
      {form === 'both' ? (
        <>
          {' '}
          <span className="whitespace-nowrap text-muted">· {absolute}</span>
        </>
      ) : null}
    </time>
  );
}
