'use client';

import { buttonLook } from '#components/ui/button-look.ts';

export default function ErrorPage({
  error,
  reset,
}: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  return (
    <div className="mx-auto max-w-md px-6 py-24 text-center">
      <h1 className="text-2xl font-semibold">This page could not be made</h1>
      <p className="mt-2 text-muted">
        Most often the database did not answer. Probes and alerts run apart from the console and go on.
        {error.digest === undefined ? '' : ` The log has more under ${error.digest}.`}
      </p>
      <p className="mt-6">
        <button type="button" className={buttonLook('primary')} onClick={reset}>
          Try again
        </button>
      </p>
    </div>
  );
}
