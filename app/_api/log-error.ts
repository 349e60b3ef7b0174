import { pino } from 'pino';

const log = pino({ name: 'web', level: process.env['NODE_ENV'] === 'test' ? 'silent' : 'info' });

/** Writes one line of JSON to the log. */
export function logError(message: string, fields: Readonly<Record<string, unknown>>): void {
  const { error, ...rest } = fields;
  log.error({ ...rest, err: error }, message);
}
