import type { Settings } from '#lib/settings.ts';
import { parseSettings } from '#lib/settings.ts';

/** Settings of a console that can run: `start` has chosen the database and the secret. */
export type WebSettings = Settings & { readonly databaseUrl: string; readonly secret: string };

/**
 * Reads the settings of this process.
 * @throws with a sentence for each mistake: `latchwatch start` checks them first, so this process was started by hand.
 */
export function readWebSettings(): WebSettings {
  const parsed = parseSettings(process.env);
  if (!parsed.ok) throw new Error(parsed.mistakes.join(' '));
  const { databaseUrl, secret } = parsed.settings;
  if (databaseUrl === null || secret === null) {
    throw new Error('DATABASE_URL and LATCHWATCH_SECRET must be set for the console; `latchwatch start` sets them.');
  }
  return { ...parsed.settings, databaseUrl, secret };
}
