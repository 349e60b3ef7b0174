import type { ReactNode } from 'react';
import { ToneIcon } from './tone-icon.tsx';
import type { Tone } from './tone.ts';
import { TimeStamp } from './time-stamp.tsx';

/** One line at the edge of a widget that says why it does not show everything, or not today's. */
function StateNote({
  tone,
  role,
  children,
}: {
  readonly tone: Tone;
  readonly role: 'status' | 'alert';
  readonly children: ReactNode;
}) {
  return (
    <div role={role} className={`tone-${tone} tone-fill flex items-start gap-2 rounded-md border px-3 py-2 text-sm`}>
      <span className="mt-0.5">
        <ToneIcon tone={tone} size={14} />
      </span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

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
    <StateNote tone="unknown" role="status">
      <strong>Not of today.</strong>{' '}
      {at === null ? (
        'Nobody has looked yet.'
      ) : (
        <>
          This is how it was <TimeStamp at={at} now={now} />.
        </>
      )}
      {children === undefined ? null : <> {children}</>}
    </StateNote>
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
    <StateNote tone="warn" role="status">
      <strong>
        {shown} of {total} {of}.
      </strong>
      {children === undefined ? null : <> {children}</>}
    </StateNote>
  );
}

/** Something could not be shown: what, under which number the log has more, and how to try again. */
export function ErrorNote({
  title,
  id,
  retry,
  children,
}: {
  /** A sentence without its full stop: `The forecast could not be made`. */
  readonly title: string;
  /** Looked up in the log; null: there is none. */
  readonly id: string | null;
  /** A link or a button. */
  readonly retry?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <StateNote tone="fail" role="alert">
      <p>
        <strong>{title}.</strong>
        {children === undefined ? null : <> {children}</>}
        {id === null ? null : (
          <>
            {' '}
            The log has more under <code className="font-mono select-all">{id}</code>.
          </>
        )}
      </p>
      {retry === undefined ? null : <div className="mt-2">{retry}</div>}
    </StateNote>
  );
}
