import { z } from 'zod';

/** Of Prisma: not reachable, timed out, closed, too many connections. */
const prismaCodes = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'];
/** Of Postgres: shut down, crashed, starting, too many connections. Of the socket: the rest. */
const causes = [
  ...['57P01', '57P02', '57P03', '53300'],
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE'],
];

const shape = z.object({
  code: z.unknown().optional(),
  originalCode: z.unknown().optional(),
  kind: z.unknown().optional(),
  cause: z.unknown().optional(),
  meta: z
    .object({ driverAdapterError: z.unknown().optional(), code: z.unknown().optional() })
    .optional()
    .catch(undefined),
});

/** Whether the error says that the database cannot be reached, which is no mistake of ours and passes. */
export function isDatabaseDown(error: unknown, depth = 0): boolean {
  const parsed = shape.safeParse(error);
  if (!parsed.success || depth > 5) return false;
  const { code, originalCode, kind, cause, meta } = parsed.data;
  if (kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'TooManyConnections') return true;
  return (
    prismaCodes.some((known) => known === code) ||
    causes.some((known) => known === code || known === originalCode || known === meta?.code) ||
    isDatabaseDown(cause, depth + 1) ||
    isDatabaseDown(meta?.driverAdapterError, depth + 1)
  );
}
