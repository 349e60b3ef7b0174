import { rotatePseudonymKeys } from '#workers/database/data-folder.ts';
import { Refusal } from '#workers/database/refusal.ts';
import type { Command } from '../command.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch rotate-key` */
export const rotateKeyCommand: Command = {
  name: 'rotate-key',
  summary: 'Begin a new epoch of account pseudonyms',
  usage: `Usage: latchwatch rotate-key

Makes a new key of pseudonyms in LATCHWATCH_DATA, once a year or when a key has leaked. The
key before stays as the previous one: a row that is found under it moves to the new pseudonym
with the next report of its account. Rows that never moved can no longer be found by address
once the key changes again, and go with LATCHWATCH_RETENTION: wait that long in between.

Stop and start Latchwatch afterwards. Senders that make pseudonyms themselves need both keys.
Where LATCHWATCH_PSEUDONYM_KEYS is set, change it there: the new key, a comma, the old one.`,
  run: (context) => {
    parseArguments({ args: [...context.args], options: {} });
    const settings = readSettingsOrRefuse(context.env);
    if (settings.pseudonymKeys !== null) {
      throw new Refusal('LATCHWATCH_PSEUDONYM_KEYS is set: put the new key before it there, with a comma between.');
    }
    rotatePseudonymKeys(settings.dataFolder);
    context.out('There is a new key. Stop and start Latchwatch, so that all its processes take it.');
    return Promise.resolve(0);
  },
};
