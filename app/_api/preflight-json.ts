import { readWebSettings } from '#app/_auth/web-settings.ts';
import type { PreflightRecord } from '#app/_queries/preflights.ts';

/** Where a preflight is found again. */
export function preflightUrl(id: string): string {
  return `/api/v1/preflight/${id}`;
}

/** A preflight as the API gives it; `verdict` is null while it waits for a worker, and where it has an `error`. */
export function preflightJson({ id, requestedAt, requestedBy, finishedAt, report, error }: PreflightRecord) {
  return {
    id,
    url: new URL(preflightUrl(id), readWebSettings().publicUrl).href,
    requested_at: requestedAt,
    requested_by: requestedBy,
    finished_at: finishedAt,
    error,
    ...(report ?? { verdict: null }),
  };
}
