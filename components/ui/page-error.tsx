import { buttonLook } from './button-look.ts';
import { NoteLine } from './note-line.tsx';

/**
 * In the place of a page that could not be made. `id` is what the log calls it; `retry` asks for the page again. Every
 * page brings it for that case, and not only when it is needed: then the server may not answer.
 */
export function PageError({ id, retry }: { readonly id: string | null; readonly retry: () => void }) {
  return (
    <div className="mx-auto max-w-prose py-10">
      <h1 className="mb-4 text-2xl font-semibold tracking-tight">This page could not be made</h1>
      <NoteLine tone="fail" role="alert">
        <p>
          <strong>Most often the database did not answer.</strong> Probes and alerts run apart from the console and go
          on. Nothing that you see here was changed.
          {id === null ? null : (
            <>
              {' '}
              The log has more under <code className="font-mono select-all">{id}</code>.
            </>
          )}
        </p>
        <button type="button" className={`${buttonLook('primary')} mt-2`} onClick={retry}>
          Try again
        </button>
      </NoteLine>
    </div>
  );
}
