'use client';

import { PageError } from '#components/ui/page-error.tsx';

/** Outside the console, or where the console's own frame failed. */
export default function ErrorPage({
  error,
  retry,
}: {
  readonly error: Error & { digest?: string };
  readonly retry: () => void;
}) {
  return (
    <main className="px-6 py-14">
      <PageError id={error.digest ?? null} retry={retry} />
    </main>
  );
}
