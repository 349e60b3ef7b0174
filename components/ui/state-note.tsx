import type { ReactNode } from 'react';
import { NoteLine } from './note-line.tsx';
import { TimeStamp } from './time-stamp.tsx';

/** What stands below is old: since when, and what has to happen for it to become new. Times in milliseconds since the epoch. */
export function StaleNote({
  at,
  now,
  children,
}: {
  /** When it was true; null: nobody knows. */
  readonly at: number | null;
  readonly now: number;
  readonly children?: ReactNode;
}) {
  return (
    <NoteLine tone="unknown" role="status">
      <strong>Not of today.</strong>{' '}
      {at === null ? (
        'Nobody has looked yet.'
      ) : (
        <>
          This is how it was <TimeStamp at={at} now={now} />.
        </>
      )}
      {children === undefined ? null : <> {children}</>}
    </NoteLine>
  );
}

/** A part is missing: `shown` of `total`, and why. */
export function PartialNote({
  shown,
  total,
  of,
  children,
}: {
  readonly shown: number;
  readonly total: number;
  /** What is counted: `servers`. */
  readonly of: string;
  readonly children?: ReactNode;
}) {
  return (
    <NoteLine tone="warn" role="status">
      <strong>
        {shown} of {total} {of}.
      </strong>
      {children === undefined ? null : <> {children}</>}
    </NoteLine>
  );
}
