'use client';

import { PageError } from '#components/ui/page-error.tsx';

/** Inside the console: its navigation and its health bar stay. */
export default function ConsoleError({
  error,
  retry,
}: {
  readonly error: Error & { digest?: string };
  readonly retry: () => void;
}) {
  return <PageError id={error.digest ?? null} retry={retry} />;
}
