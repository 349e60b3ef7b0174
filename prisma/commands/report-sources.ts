import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { parseHostName } from '#lib/model/domain-name.ts';
import { cidrContains, parseCidr, parseIpAddress, type Cidr } from '#lib/model/ip-address.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Database, Transaction } from '../client.ts';
import { writeAudit } from './audit.ts';

/** Who sends reports, as ingest needs to know it. */
export interface ReportSource {
  readonly id: string;
  /** Stands for the source in the census. */
  readonly number: number;
  readonly name: string;
  /** CIDR blocks that it may send from; empty: any. */
  readonly addresses: readonly string[];
  /** Hosts that it may report of; empty: any. */
  readonly hosts: readonly string[];
  /** Reports a second that it may send on average. */
  readonly perSecond: number;
}

/** A source as a list shows it: what opens it is not kept. */
export interface SourceSummary extends ReportSource {
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Until when the token before the last exchange still opens; null: it was never exchanged. */
  readonly oldTokenUntil: Date | null;
  readonly lastSeenAt: Date | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
  readonly withdrawnAt: Date | null;
  readonly withdrawnBy: string | null;
  readonly withdrawnReason: string | null;
}

/** Reports a second, where nobody says otherwise. */
export const defaultPerSecond = 20_000;
/** The highest that somebody may set. */
const maxPerSecond = 1_000_000;

/** How long the old token still opens after an exchange: time to change it on every mail server. */
export const rotationOverlapMs = 7 * 86_400_000;

const prefix = 'lws_';
/** 32 random bytes in base64url. */
const tokenPattern = /^lws_[A-Za-z0-9_-]{43}$/;
const maxNameCharacters = 100;
const maxListed = 100;

/** SHA-256 in lower-case hex. A fast hash is enough for 256 random bits: there is nothing to guess. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function makeToken(): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** Each host in A-label form, once. The error is a sentence for the person who typed it. */
function readHosts(texts: readonly string[]): Result<readonly string[]> {
  const hosts = new Set<string>();
  for (const text of texts) {
    const host = parseHostName(text);
    if (!host.ok) return host;
    hosts.add(host.value.ascii);
  }
  return ok([...hosts]);
}

function checkAddresses(texts: readonly string[]): Result<readonly string[]> {
  for (const text of texts) {
    const block = parseCidr(text);
    if (!block.ok) return err(/\?$/.test(block.error) ? block.error : `${block.error}.`);
  }
  return ok([...new Set(texts)]);
}

/**
 * Makes a source. The answer holds the only copy of its token: the database keeps its hash. The error is a sentence for
 * the person who asks. `actor` is a user's mail address, or `command line`.
 */
export async function createSource(
  db: Transaction,
  asked: {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly hosts: readonly string[];
    readonly perSecond?: number;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<{ readonly id: string; readonly number: number; readonly token: string }>> {
  const { actor, now, perSecond = defaultPerSecond } = asked;
  const name = asked.name.trim();
  if (name === '' || name.length > maxNameCharacters || /\p{Cc}/u.test(name)) {
    return err(`Name the source in 1 to ${String(maxNameCharacters)} characters, without control characters.`);
  }
  if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > maxPerSecond) {
    return err(`Reports a second must be a whole number from 1 to ${String(maxPerSecond)}.`);
  }
  if (asked.addresses.length > maxListed || asked.hosts.length > maxListed) {
    return err(`At most ${String(maxListed)} address blocks and as many hosts.`);
  }
  const addresses = checkAddresses(asked.addresses);
  if (!addresses.ok) return addresses;
  const hosts = readHosts(asked.hosts);
  if (!hosts.ok) return hosts;
  const token = makeToken();
  const id = randomUUID();
  const { number } = await db.reportSource.create({
    data: {
      id,
      name,
      tokenHash: hashToken(token),
      addresses: [...addresses.value],
      hosts: [...hosts.value],
      perSecond,
      createdAt: now,
      createdBy: actor,
    },
  });
  await writeAudit(db, { actor, action: 'source.created', subject: id, detail: { name }, now });
  return ok({ id, number, token });
}

/**
 * The source whose token it is; null for one that is unknown, revoked, or replaced longer ago than the overlap. Whether
 * it may send from the address that it sends from is for `maySendFrom`.
 */
export async function findSource(options: {
  readonly db: Database;
  readonly token: string;
  readonly now: Date;
}): Promise<ReportSource | null> {
  const { db, token, now } = options;
  if (!tokenPattern.test(token)) return null;
  const hash = hashToken(token);
  return db.reportSource.findFirst({
    where: {
      revokedAt: null,
      OR: [{ tokenHash: hash }, { oldTokenHash: hash, oldTokenUntil: { gt: now } }],
    },
    select: forIngest,
  });
}

/**
 * The source that sends from this address, for what carries no token: among those that name their addresses, the one
 * whose block is narrowest, the oldest of equals. Null: none names it, or the text is no address.
 */
export async function findSourceByAddress(options: {
  readonly db: Database;
  readonly address: string;
}): Promise<ReportSource | null> {
  const sources = await options.db.reportSource.findMany({
    where: { revokedAt: null, addresses: { isEmpty: false } },
    select: forIngest,
    orderBy: { number: 'asc' },
  });
  const matches = sources.map((source) => ({
    source,
    bits: Math.max(-1, ...blocksAround(source.addresses, options.address).map(({ prefixBits }) => prefixBits)),
  }));
  const narrowest = Math.max(-1, ...matches.map(({ bits }) => bits));
  return narrowest === -1 ? null : (matches.find(({ bits }) => bits === narrowest)?.source ?? null);
}

/** Whether the source may send from this literal address; a v4-mapped one counts as the IPv4 address that it is. */
export function maySendFrom(source: Pick<ReportSource, 'addresses'>, address: string): boolean {
  return source.addresses.length === 0 || blocksAround(source.addresses, address).length > 0;
}

function blocksAround(blocks: readonly string[], address: string): readonly Cidr[] {
  const octets = parseIpAddress(address.replace(/^::ffff:(?=[\d.]+$)/i, ''));
  if (!octets.ok) return [];
  return blocks.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok && cidrContains(block.value, octets.value) ? [block.value] : [];
  });
}

const forIngest = { id: true, number: true, name: true, addresses: true, hosts: true, perSecond: true } as const;

/** All sources, the newest first, also those that no longer open anything. */
export async function listSources(db: Transaction): Promise<readonly SourceSummary[]> {
  return db.reportSource.findMany({
    omit: { tokenHash: true, oldTokenHash: true },
    orderBy: [{ createdAt: 'desc' }, { number: 'desc' }],
  });
}

/** Ends a source for good; what it reported stays. False when there is none; one already revoked keeps its first date. */
export async function revokeSource(
  db: Transaction,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.reportSource.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: now, revokedBy: actor },
  });
  if (count > 0) await writeAudit(db, { actor, action: 'source.revoked', subject: id, detail: {}, now });
  return (await db.reportSource.count({ where: { id } })) > 0;
}

/**
 * Exchanges the token. The old one opens for `rotationOverlapMs` more; one older than that ends at once. The error is a
 * sentence for the person who asks.
 */
export async function rotateSource(
  db: Transaction,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<Result<{ readonly token: string; readonly oldTokenUntil: Date }>> {
  const source = await db.reportSource.findFirst({ where: { id, revokedAt: null }, select: { tokenHash: true } });
  if (source === null) return err('There is no such source, or it was revoked.');
  const token = makeToken();
  const oldTokenUntil = new Date(now.getTime() + rotationOverlapMs);
  await db.reportSource.update({
    where: { id },
    data: { tokenHash: hashToken(token), oldTokenHash: source.tokenHash, oldTokenUntil },
  });
  await writeAudit(db, { actor, action: 'source.rotated', subject: id, detail: {}, now });
  return ok({ token, oldTokenUntil });
}
