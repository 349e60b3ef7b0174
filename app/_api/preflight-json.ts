import { z } from 'zod';
import { preflightReportSchema } from '#lib/model/preflight-schema.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import type { PreflightRecord } from '#app/_queries/preflights.ts';
import { link, named, when } from './answer-schema.ts';

const report = preflightReportSchema.partial().shape;

export const preflightAnswer = named(
  'Preflight',
  'Whether a change may go ahead now. While it waits for a worker, and where it has an `error`, only `verdict` of the report is there, and null.',
  z.object({
    ...report,
    id: z.string(),
    url: link,
    requested_at: when,
    requested_by: z.string(),
    finished_at: when.nullable(),
    error: z.string().nullable(),
    verdict: preflightReportSchema.shape.verdict.nullable(),
  }),
);

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
