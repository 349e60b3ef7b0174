import type { z } from 'zod';
import type { Problem } from './problem.ts';

/** RFC 6901 section 3. */
function escapeToken(token: PropertyKey): string {
  return String(token).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What zod found wrong, as a problem that names each place. */
export function toProblem(error: z.ZodError, where: 'body' | 'query'): Problem {
  return {
    kind: 'not-valid',
    detail: where === 'body' ? 'Correct the members named in errors.' : 'Correct the parameters named in errors.',
    errors: error.issues.map((issue) => ({
      pointer:
        where === 'body'
          ? issue.path.map((token) => `/${escapeToken(token)}`).join('')
          : `?${String(issue.path[0] ?? '')}`,
      detail: issue.message,
    })),
  };
}
