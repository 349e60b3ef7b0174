import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { showText } from '#lib/checks/wording.ts';
import { errorText } from '#lib/error-text.ts';
import { guardOfSettings } from '#lib/address-guard.ts';
import { hasChanges } from '#lib/inventory/compare-inventory.ts';
import type { InventoryMistake } from '#lib/inventory/inventory.ts';
import { maxInventoryBytes, parseInventory } from '#lib/inventory/parse-inventory.ts';
import { openDatabase } from '#prisma/client.ts';
import { importInventory } from '#prisma/commands/inventory.ts';
import { useDatabase } from '#workers/database/use-database.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { createImportReport, describeImport } from '../inventory-report.ts';
import { jsonText } from '../json-text.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';

const usage = `Usage: latchwatch import FILE [--dry-run] [--json]

Brings what is watched and declared up to an inventory: a YAML file with your mail domains,
their endpoints and what you say of each. docs/inventory.md describes it.

  --dry-run   say what would change, and write nothing
  --json      the changes as JSON on standard output

The file is taken as a whole or not at all; every mistake is told with its line. Endpoints
that the inventory lacks stay watched, and are told. Works while Latchwatch runs and while
it does not.

Exit status: 0 imported, or nothing to do; 1 a dry run found changes; 2 the file cannot be
used, and nothing was written.`;

/** A large inventory is one transaction. */
const importLimitMs = 600_000;
const longestLine = 400;

/** The octets of the file, at most one more than an inventory may have. @throws UsageError */
async function readOctets(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(maxInventoryBytes + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${errorText(error)}.`, { cause: error });
  }
}

/** @throws UsageError */
async function readInventoryText(path: string): Promise<string> {
  const octets = await readOctets(path);
  // One that is too large may be cut within a character; it is refused by its size.
  if (octets.length <= maxInventoryBytes && !isUtf8(octets)) throw new UsageError(`${path} is not UTF-8 text.`);
  return octets.toString('utf8');
}

function tellMistakes(context: CommandContext, path: string, mistakes: readonly InventoryMistake[]): ExitStatus {
  for (const { line, reason } of mistakes) context.err(showText(`${path}:${line}: ${reason}`, longestLine));
  context.err('Nothing was imported.');
  return 2;
}

/** `latchwatch import` */
export const importCommand: Command = {
  name: 'import',
  summary: 'Import an inventory of domains and endpoints from YAML',
  usage,
  run: async (context) => {
    const { values, positionals } = parseArguments({
      args: [...context.args],
      options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new UsageError('Name the one file to import.');
    const dryRun = values['dry-run'] === true;
    const parsed = parseInventory(await readInventoryText(path));
    if (!parsed.ok) return tellMistakes(context, path, parsed.error);
    const settings = readSettingsOrRefuse(context.env);
    const request = {
      ...{ inventory: parsed.value, dryRun },
      guard: guardOfSettings(settings),
      actor: 'command line',
      now: new Date(),
    };
    const said = await useDatabase(settings, async (url) => {
      const db = openDatabase(url, 1);
      try {
        return await db.$transaction((tx) => importInventory(tx, request), { timeout: importLimitMs });
      } finally {
        await db.$disconnect();
      }
    });
    if (said.outcome === 'refused') return tellMistakes(context, path, said.mistakes);
    if (values.json === true) context.out(jsonText(createImportReport(said.diff, { dryRun })));
    else for (const line of describeImport(said.diff, { dryRun })) context.out(line);
    return dryRun && hasChanges(said.diff) ? 1 : 0;
  },
};
