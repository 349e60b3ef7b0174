import { describeBreak } from '#lib/audit/chain.ts';
import { auditLine } from '#lib/audit/line.ts';
import { readAuditChain } from '#prisma/commands/audit.ts';
import { followWholeChain } from '#prisma/commands/audit-chain.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { parseArguments, UsageError } from '../usage-error.ts';
import { withDatabase } from '../with-database.ts';

const usage = `Usage: latchwatch audit verify [--holds HASH]
       latchwatch audit export

The record of who did what. Each entry has a hash over itself and the hash before it.

  --holds HASH   a head that verify printed before: says whether it still is in the chain, so that a cut end shows

verify follows the whole chain: exit status 0 where it is whole, 1 where it breaks, with the first entry that does not
fit. It prints the head, to be kept where whoever runs the database cannot change it.
export prints every entry as a line of JSON (NDJSON), the oldest first.`;

async function verify(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { values } = parseArguments({ args: [...args], options: { holds: { type: 'string' } } });
  const expected = values.holds ?? null;
  if (expected !== null && !/^[0-9a-f]{64}$/.test(expected)) {
    throw new UsageError('--holds takes a hash of 64 hex digits, as verify prints it.');
  }
  const report = await withDatabase(context, (db) => followWholeChain(db, { expected, now: new Date() }));
  if (!report.whole) {
    context.out(`The chain breaks after ${report.end.count} entries. ${describeBreak(report.broken)}`);
    return 1;
  }
  context.out(`The chain is whole: ${report.end.count} entries, head ${report.end.head}`);
  if (report.holdsExpected) return 0;
  context.out('The hash of --holds is not in it: entries at its end were taken out, or all of it was written anew.');
  return 1;
}

async function exportEntries(context: CommandContext): Promise<ExitStatus> {
  await withDatabase(context, async (db) => {
    for await (const batch of readAuditChain(db)) for (const entry of batch) context.out(auditLine(entry));
  });
  return 0;
}

/** `latchwatch audit …` */
export const auditCommand: Command = {
  name: 'audit',
  summary: 'Verify the chain of the audit record, or export it',
  usage,
  run: async (context) => {
    const [action, ...args] = context.args;
    switch (action) {
      case 'verify':
        return verify(context, args);
      case 'export':
        parseArguments({ args, options: {} });
        return exportEntries(context);
      case undefined:
        throw new UsageError('Say what to do: verify or export.');
      default:
        throw new UsageError(`There is no "audit ${action}"; there are verify and export.`);
    }
  },
};
