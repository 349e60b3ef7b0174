import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { showText } from '#lib/checks/wording.ts';
import { errorText } from '#lib/error-text.ts';
import { nearestName } from '#lib/nearest-name.ts';
import { Refusal } from '#workers/database/refusal.ts';
import type { Command, CommandContext, ExitStatus } from './command.ts';
import { UsageError } from './usage-error.ts';

/** In the order of the help text; each is loaded when it is asked for, since some bring the whole database client. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand,
  web: async () => (await import('./commands/web.ts')).webCommand,
  worker: async () => (await import('./commands/worker.ts')).workerCommand,
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommand,
  watchdog: async () => (await import('./commands/watchdog.ts')).watchdogCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  build: async () => (await import('./commands/build.ts')).buildCommand,
  token: async () => (await import('./commands/token.ts')).tokenCommand,
  source: async () => (await import('./commands/source.ts')).sourceCommand,
  person: async () => (await import('./commands/person.ts')).personCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  'erase-account': async () => (await import('./commands/erase-account.ts')).eraseAccountCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  'import-reports': async () => (await import('./commands/import-reports.ts')).importReportsCommand,
  discover: async () => (await import('./commands/discover.ts')).discoverCommand,
  probe: async () => (await import('./commands/probe.ts')).probeCommand,
  scan: async () => (await import('./commands/scan.ts')).scanCommand,
  tlsa: async () => (await import('./commands/tlsa.ts')).tlsaCommand,
  message: async () => (await import('./commands/message.ts')).messageCommand,
  dns: async () => (await import('./commands/dns.ts')).dnsCommand,
  preflight: async () => (await import('./commands/preflight.ts')).preflightCommand,
  'rotate-key': async () => (await import('./commands/rotate-key.ts')).rotateKeyCommand,
  'backup-done': async () => (await import('./commands/backup-done.ts')).backupDoneCommand,
  rejudge: async () => (await import('./commands/rejudge.ts')).rejudgeCommand,
};

async function helpText(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...loaded.map(({ name }) => name.length));
  return [
    'Latchwatch watches the servers of a mail service and warns before a promise to its users breaks.',
    '',
    'Usage: latchwatch COMMAND [OPTIONS]',
    '',
    ...loaded.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'latchwatch COMMAND --help tells more; latchwatch --version tells the version.',
    'Exit status: 0 fine, 1 findings, 2 wrong usage or could not look.',
  ].join('\n');
}

function version(): string {
  const file = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version;
}

async function runCommand(command: Command, context: CommandContext): Promise<ExitStatus> {
  const beforeDashes = context.args.slice(0, [...context.args, '--'].indexOf('--'));
  if (beforeDashes.some((arg) => arg === '--help' || arg === '-h')) {
    context.out(command.usage);
    return 0;
  }
  return command.run(context);
}

const longestLine = 2000;

/** An argument may come from a script that did not look at it, and errors of the system quote what they met. */
function showLines(text: string): string {
  return text
    .split('\n')
    .map((line) => showText(line, longestLine))
    .join('\n');
}

/**
 * Runs the command that `args` name and gives the exit status. Whatever goes wrong ends as a sentence: a `Refusal` or
 * `UsageError` says it, any other error is a bug of ours and is called one.
 */
export async function main(context: CommandContext): Promise<ExitStatus> {
  const [name, ...args] = context.args;
  try {
    if (name === undefined) {
      context.err(await helpText());
      return 2;
    }
    if (['help', '--help', '-h'].includes(name) && args[0] === undefined) {
      context.out(await helpText());
      return 0;
    }
    if (name === '--version' || name === 'version') {
      context.out(version());
      return 0;
    }
    const asked = name === 'help' ? [args[0] ?? '', '--help'] : [name, ...args];
    const load = Object.hasOwn(commands, asked[0] ?? '') ? commands[asked[0] ?? ''] : undefined;
    if (load === undefined) {
      const near = nearestName(asked[0] ?? '', Object.keys(commands));
      const hint = near === null ? 'latchwatch --help lists the commands.' : `Did you mean ${near}?`;
      throw new UsageError(`There is no command "${asked[0] ?? ''}". ${hint}`);
    }
    return await runCommand(await load(), { ...context, args: asked.slice(1) });
  } catch (error) {
    if (error instanceof UsageError) {
      context.err(`latchwatch: ${showLines(error.message)}`);
      if (name !== undefined && Object.hasOwn(commands, name)) context.err(`See latchwatch ${name} --help.`);
    } else if (error instanceof Refusal) {
      context.err(`latchwatch: ${showLines(error.message)}`);
    } else {
      context.err(`latchwatch: something went wrong that should not: ${showLines(errorText(error))}`);
    }
    return 2;
  }
}
