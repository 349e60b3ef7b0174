import type { PseudonymKeys } from '#lib/census/pseudonym.ts';
import type { Settings } from '#lib/settings.ts';
import { hasPseudonymKeys, readOrMakePseudonymKeys } from '#workers/database/data-folder.ts';
import { Refusal } from '#workers/database/refusal.ts';

/** The keys that ingest has. New ones would make other pseudonyms of the same accounts. @throws Refusal */
export function readPseudonymKeysOrRefuse({
  pseudonymKeys,
  dataFolder,
}: Pick<Settings, 'pseudonymKeys' | 'dataFolder'>): PseudonymKeys {
  if (pseudonymKeys !== null) return pseudonymKeys;
  if (hasPseudonymKeys(dataFolder)) return readOrMakePseudonymKeys(dataFolder);
  throw new Refusal(
    `There are no keys of pseudonyms in ${dataFolder}: set LATCHWATCH_PSEUDONYM_KEYS as ingest has it.`,
  );
}
