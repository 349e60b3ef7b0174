import { createToken, isTokenScope, listTokens, revokeToken, tokenScopes } from '#prisma/commands/tokens.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { parseArguments, UsageError } from '../usage-error.ts';
import { withDatabase } from '../with-database.ts';

const usage = `Usage: latchwatch token create --scope SCOPE [--scope SCOPE …] [--name NAME] [--expires TIME]
       latchwatch token list
       latchwatch token revoke ID

Tokens for the API, sent as "Authorization: Bearer lw_…".

  --scope SCOPE    what the token may do: ${tokenScopes.slice(0, 3).join(', ')},
                   ${tokenScopes.slice(3).join(', ')}
  --name NAME      what the token is for, as lists show it ("token" if not given)
  --expires TIME   when it ends: 12h, 90d, 4w (never if not given)

create prints the token and nothing else on its standard output. It is shown this once.
Works while Latchwatch runs and while it does not.`;

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
const maxExpiryMs = 10 * 366 * 86_400_000;

/** `90d` as milliseconds. @throws UsageError */
function readExpiry(text: string): number {
  const parts = /^([1-9]\d{0,4})([hdw])$/.exec(text);
  const expiryMs = Number(parts?.[1] ?? NaN) * (unitMs[parts?.[2] ?? ''] ?? NaN);
  if (expiryMs <= maxExpiryMs) return expiryMs;
  throw new UsageError(`--expires ${text} is not a time: write it like 12h, 90d or 4w, at most ten years.`);
}

async function create(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { values } = parseArguments({
    args: [...args],
    options: {
      scope: { type: 'string', multiple: true },
      name: { type: 'string' },
      expires: { type: 'string' },
    },
  });
  const words = (values.scope ?? []).flatMap((word) => word.split(','));
  const scopes = words.filter(isTokenScope);
  const unknown = words.find((word) => !isTokenScope(word));
  if (unknown !== undefined) {
    throw new UsageError(`There is no scope "${unknown}"; there are ${tokenScopes.join(', ')}.`);
  }
  if (scopes.length === 0) throw new UsageError('Say with --scope what the token may do.');
  const name = values.name ?? 'token';
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) {
    throw new UsageError('--name must have 1 to 100 characters and no control characters.');
  }
  const now = new Date();
  const expiresAt = values.expires === undefined ? null : new Date(now.getTime() + readExpiry(values.expires));
  const { token } = await withDatabase(context, (db) =>
    db.$transaction((tx) => createToken(tx, { name, scopes, createdBy: 'command line', now, expiresAt })),
  );
  context.out(token);
  return 0;
}

async function list(context: CommandContext): Promise<ExitStatus> {
  const tokens = await withDatabase(context, listTokens);
  if (tokens.length === 0) context.err('There are no tokens.');
  const now = new Date();
  const day = (date: Date | null) => (date === null ? 'never' : date.toISOString().slice(0, 10));
  for (const token of tokens) {
    const isExpired = token.expiresAt !== null && token.expiresAt <= now;
    const state = token.revokedAt !== null ? 'revoked' : isExpired ? 'expired' : 'valid';
    const columns = [token.id, state, `expires ${day(token.expiresAt)}`, `used ${day(token.lastUsedAt)}`];
    context.out([...columns, token.scopes.join(','), token.name].join('  '));
  }
  return 0;
}

async function revoke(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError('Name the one token to revoke by its ID.');
  const deed = { id, actor: 'command line', now: new Date() };
  if (!(await withDatabase(context, (db) => db.$transaction((tx) => revokeToken(tx, deed))))) {
    throw new UsageError(`There is no token ${id}; latchwatch token list shows them.`);
  }
  context.err('The token is revoked.');
  return 0;
}

/** `latchwatch token …` */
export const tokenCommand: Command = {
  name: 'token',
  summary: 'Create, list and revoke tokens for the API',
  usage,
  run: async (context) => {
    const [action, ...args] = context.args;
    switch (action) {
      case 'create':
        return create(context, args);
      case 'list':
        parseArguments({ args, options: {} });
        return list(context);
      case 'revoke':
        return revoke(context, args);
      case undefined:
        throw new UsageError('Say what to do: create, list or revoke.');
      default:
        throw new UsageError(`There is no "token ${action}"; there are create, list and revoke.`);
    }
  },
};
