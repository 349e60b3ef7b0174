import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';

export type Database = PrismaClient;
/** A client inside a transaction: what commands take, so that a caller can put several into one. */
export type Transaction = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>;

/**
 * Opens a pool of connections to Postgres; nothing connects before the first query.
 * `maxConnections` is per process.
 */
export function openDatabase(url: string, maxConnections = 10): Database {
  const adapter = new PrismaPg(
    { connectionString: url, max: maxConnections },
    { statementNameGenerator: statementNames() },
  );
  return new PrismaClient({ adapter });
}

/** More different statements than the product has; those whose number of parameters varies would never end. */
const maxStatements = 500;

/**
 * Names the statements of one client, so that each connection parses and plans a statement once and not every time.
 * The name is a hash: two texts must never share one.
 */
function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    // The empty name is the statement that is not kept.
    if (names.size >= maxStatements) return '';
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 40);
    names.set(sql, name);
    return name;
  };
}
