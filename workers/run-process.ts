import { pino } from 'pino';
import { errorText } from '#lib/error-text.ts';
import type { Settings } from '#lib/settings.ts';
import { readSettings } from './env.ts';
import type { Log } from './ports.ts';

/** One sentence about settings that a process cannot run with. */
export class WrongSettings extends Error {}

/** Lines of JSON on standard output; `base` stands in each. */
export function createLog(base: Readonly<Record<string, string>>): Log {
  const logger = pino({ base, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

async function run(
  name: string,
  start: (settings: Settings, databaseUrl: string) => Promise<() => Promise<void>>,
): Promise<void> {
  const parsed = readSettings(process.env);
  if (!parsed.ok) throw new WrongSettings(parsed.mistakes.join('\n'));
  const { databaseUrl } = parsed.settings;
  if (databaseUrl === null) throw new WrongSettings(`The ${name} needs DATABASE_URL; \`latchwatch start\` sets it.`);
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    // Whoever started us is gone.
    process.once('disconnect', () => resolve());
  });
  const stop = await start(parsed.settings, databaseUrl);
  await asked;
  await stop();
  process.exit(0);
}

/**
 * Runs a process of the product from its settings until SIGTERM, SIGINT or the end of its parent, then what `start` gave
 * to stop it. Exit status 0; 2 when its settings are wrong, 1 when something else is.
 */
export function runProcess(
  name: string,
  start: (settings: Settings, databaseUrl: string) => Promise<() => Promise<void>>,
): void {
  run(name, start).catch((error: unknown) => {
    process.stderr.write(`${errorText(error)}\n`);
    process.exit(error instanceof WrongSettings ? 2 : 1);
  });
}
