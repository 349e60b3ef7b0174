import { stdin } from 'node:process';
import { readAccountName } from '#lib/census/account-name.ts';
import { pseudonymsOf } from '#lib/census/pseudonym.ts';
import { eraseAccount } from '#prisma/commands/erase-account.ts';
import type { Command } from '../command.ts';
import { readPseudonymKeysOrRefuse } from '../read-pseudonym-keys.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';
import { withDatabase } from '../with-database.ts';

const usage = `Usage: latchwatch erase-account < FILE

Takes everything that is kept of one account out of the census, and drops what is still
reported of it for 30 days. Reads the address or user name from standard input, one line, so
that it stands in no list of processes and in no history:

  printf '%s' "$ADDRESS" | latchwatch erase-account

LATCHWATCH_PSEUDONYM_KEYS, or the keys in LATCHWATCH_DATA, must be what ingest has. That an
account was erased is written to the audit record, not which.`;

const maxOctets = 4096;

async function readInput(): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const octets = Buffer.from(chunk);
    chunks.push(octets);
    length += octets.length;
    if (length > maxOctets) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `latchwatch erase-account` */
export const eraseAccountCommand: Command = {
  name: 'erase-account',
  summary: 'Erase what is kept of an account, read from standard input',
  usage,
  run: async (context) => {
    parseArguments({ args: [...context.args], options: {} });
    const settings = readSettingsOrRefuse(context.env);
    const name = readAccountName(await readInput());
    if (!name.ok) throw new UsageError(name.error);
    const pseudonyms = pseudonymsOf(readPseudonymKeysOrRefuse(settings), name.value);
    const clients = await withDatabase(context, (db) =>
      eraseAccount(db, { pseudonyms, actor: 'command line', now: new Date() }),
    );
    context.out(clients === 0 ? 'Nothing was kept.' : `Erased ${String(clients)} clients.`);
    return 0;
  },
};
