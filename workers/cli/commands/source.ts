import { showText } from '#lib/checks/wording.ts';
import {
  createSource,
  defaultPerSecond,
  listSources,
  revokeSource,
  rotateSource,
  type SourceSummary,
} from '#prisma/commands/report-sources.ts';
import { withdrawSource } from '#prisma/commands/withdraw-source.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { parseArguments, UsageError } from '../usage-error.ts';
import { withDatabase } from '../with-database.ts';

const usage = `Usage: latchwatch source create --name NAME [--address BLOCK …] [--host HOST …] [--per-second N]
       latchwatch source list
       latchwatch source rotate ID
       latchwatch source revoke ID
       latchwatch source withdraw ID --reason TEXT

Sources of reports: the mail servers, log shippers and proxies that tell what clients hold,
at POST /ingest/v1/reports with "Authorization: Bearer lws_…".

  --name NAME        what sends, as lists show it
  --address BLOCK    where it may send from: 192.0.2.0/24, 2001:db8::/32 or an address; from
                     anywhere if not given. Syslog, which has no token, needs it
  --host HOST        a server that it may report of; any if not given
  --per-second N     reports a second that it may send (${String(defaultPerSecond)} if not given)
  --reason TEXT      why, for the audit record

create and rotate print the token and nothing else on their standard output. It is shown this
once. After rotate the old one opens for 7 days more. revoke ends a source and keeps what it
reported; withdraw takes back all that it ever reported as well, for one that was broken into.
Works while Latchwatch runs and while it does not.`;

const actor = 'command line';
const longestName = 100;

async function create(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { values } = parseArguments({
    args: [...args],
    options: {
      name: { type: 'string' },
      address: { type: 'string', multiple: true },
      host: { type: 'string', multiple: true },
      'per-second': { type: 'string' },
    },
  });
  if (values.name === undefined) throw new UsageError('Say with --name what sends.');
  const perSecond = values['per-second'] ?? String(defaultPerSecond);
  const asked = {
    name: values.name,
    addresses: values.address ?? [],
    hosts: values.host ?? [],
    perSecond: /^\d{1,9}$/.test(perSecond) ? Number(perSecond) : NaN,
    actor,
    now: new Date(),
  };
  const made = await withDatabase(context, (db) => db.$transaction((tx) => createSource(tx, asked)));
  if (!made.ok) throw new UsageError(made.error);
  context.out(made.value.token);
  return 0;
}

function stateOf(source: SourceSummary): string {
  if (source.withdrawnAt !== null) return 'withdrawn';
  return source.revokedAt === null ? 'valid' : 'revoked';
}

async function list(context: CommandContext): Promise<ExitStatus> {
  const sources = await withDatabase(context, listSources);
  if (sources.length === 0) context.err('There are no sources.');
  for (const source of sources) {
    const seen = source.lastSeenAt === null ? 'never' : source.lastSeenAt.toISOString().slice(0, 16);
    const from = source.addresses.length === 0 ? 'anywhere' : source.addresses.join(',');
    const columns = [source.id, stateOf(source), `seen ${seen}`, `from ${from}`];
    context.out([...columns, showText(source.name, longestName)].join('  '));
  }
  return 0;
}

function readId(positionals: readonly string[]): string {
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('Name the one source by its ID.');
  return id;
}

function unknownSource(id: string): UsageError {
  return new UsageError(`There is no source ${id}; latchwatch source list shows them.`);
}

async function revoke(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
  const id = readId(positionals);
  const request = { id, actor, now: new Date() };
  if (!(await withDatabase(context, (db) => db.$transaction((tx) => revokeSource(tx, request))))) {
    throw unknownSource(id);
  }
  context.err('The source is revoked. What it reported stays.');
  return 0;
}

async function rotate(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
  const request = { id: readId(positionals), actor, now: new Date() };
  const made = await withDatabase(context, (db) => db.$transaction((tx) => rotateSource(tx, request)));
  if (!made.ok) throw new UsageError(made.error);
  context.out(made.value.token);
  context.err(`The old token opens until ${made.value.oldTokenUntil.toISOString().slice(0, 16)}Z.`);
  return 0;
}

async function withdraw(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const options = { reason: { type: 'string' } } as const;
  const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true });
  const id = readId(positionals);
  const reason = values.reason ?? '';
  const taken = await withDatabase(context, (db) => withdrawSource(db, { id, reason, actor, now: new Date() }));
  if (!taken.ok) throw new UsageError(taken.error);
  const { removed, restored } = taken.value;
  context.err(`The source is revoked. Clients that only it had told of: ${String(removed)} removed.`);
  context.err(`Clients that another source had told of before: ${String(restored)} set back to that.`);
  return 0;
}

/** `latchwatch source …` */
export const sourceCommand: Command = {
  name: 'source',
  summary: 'Create, list, revoke and withdraw sources of reports',
  usage,
  run: async (context) => {
    const [action, ...args] = context.args;
    switch (action) {
      case 'create':
        return create(context, args);
      case 'list':
        parseArguments({ args, options: {} });
        return list(context);
      case 'rotate':
        return rotate(context, args);
      case 'revoke':
        return revoke(context, args);
      case 'withdraw':
        return withdraw(context, args);
      case undefined:
        throw new UsageError('Say what to do: create, list, rotate, revoke or withdraw.');
      default:
        throw new UsageError(`There is no "source ${action}"; there are create, list, rotate, revoke and withdraw.`);
    }
  },
};
