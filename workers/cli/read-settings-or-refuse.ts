import type { Environment, Settings } from '#lib/settings.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { readSettings } from '#workers/env.ts';

/** The settings of this process. @throws Refusal that lists every mistake, one a line. */
export function readSettingsOrRefuse(env: Environment): Settings {
  const parsed = readSettings(env);
  if (parsed.ok) return parsed.settings;
  const [only, ...more] = parsed.mistakes;
  throw new Refusal(
    more.length === 0
      ? (only ?? '')
      : [`${parsed.mistakes.length} settings are wrong:`, ...parsed.mistakes.map((mistake) => `  ${mistake}`)].join(
          '\n',
        ),
  );
}
