import type { ReactNode } from 'react';
import { NoteLine } from './note-line.tsx';

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
    <NoteLine tone="fail" role="alert">
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
    </NoteLine>
  );
}
