import type { SessionItem } from '#components/session-table.tsx';
import { listPeople, type PersonSummary } from '#prisma/commands/people.ts';
import { listSessions } from '#prisma/commands/sessions.ts';
import { listInvitations, type Invitation } from '#prisma/commands/setup-links.ts';
import { listTokens, type TokenSummary } from '#prisma/commands/tokens.ts';
import { database } from './database.ts';

/** Everybody, and who is invited. */
export async function listPeopleAndInvitations(
  now: Date,
): Promise<{ readonly people: readonly PersonSummary[]; readonly invitations: readonly Invitation[] }> {
  const [people, invitations] = await Promise.all([listPeople(database()), listInvitations(database(), now)]);
  return { people, invitations };
}

/** Sessions of a person, the one used last first. */
export async function listSessionItems(userId: string, now: Date): Promise<readonly SessionItem[]> {
  const sessions = await listSessions(database(), { userId, now });
  return sessions.map(({ id, address, browser, since, lastUsedAt }) => ({
    ...{ id, address, browser, since: since.getTime(), lastUsedAt: lastUsedAt.getTime() },
  }));
}

/** One person; null: there is none with this id. */
export async function findPersonSummary(id: string): Promise<PersonSummary | null> {
  return (await listPeople(database())).find((person) => person.id === id) ?? null;
}

/** Tokens that somebody made and that still open something. */
export async function listLivingTokensOf(email: string, now: Date): Promise<readonly TokenSummary[]> {
  const tokens = await listTokens(database());
  return tokens.filter(
    ({ createdBy, revokedAt, expiresAt }) =>
      createdBy.toLowerCase() === email && revokedAt === null && (expiresAt === null || expiresAt > now),
  );
}
