import { buttonLook } from './button-look.ts';
import { ErrorNote } from './error-note.tsx';

/** In the place of a page that could not be made. `id` is what the log calls it; `retry` asks for the page again. */
export function PageError({ id, retry }: { readonly id: string | null; readonly retry: () => void }) {
  return (
    <div className="mx-auto max-w-prose py-10">
      <h1 className="mb-4 text-2xl font-semibold tracking-tight">This page could not be made</h1>
      <ErrorNote
        title="Most often the database did not answer"
        id={id}
        retry={
          <button type="button" className={buttonLook('primary')} onClick={retry}>
            Try again
          </button>
        }
      >
        Probes and alerts run apart from the console and go on. Nothing that you see here was changed.
      </ErrorNote>
    </div>
  );
}
