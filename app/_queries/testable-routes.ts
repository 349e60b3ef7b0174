import type { TestableRoute } from '#components/setup/test-alert-card.tsx';
import { readRoutes } from '#prisma/commands/routes.ts';
import { database } from './database.ts';
import { readRouteProofItems } from './route-proofs.ts';

/** A confirmation from before this says little of today; the next test by itself comes sooner. */
const freshMs = 8 * 86_400_000;

/** Enabled routes that lead somewhere, with how their last test went. */
export async function listTestableRoutes(now: Date): Promise<readonly TestableRoute[]> {
  const [routes, proofs] = await Promise.all([readRoutes(database()), readRouteProofItems(now)]);
  return routes.flatMap(({ id, name, kind, enabled }): readonly TestableRoute[] => {
    const proof = proofs.get(id);
    if (!enabled || proof === undefined || proof.recipients.length === 0) return [];
    const { provenAt, recipients } = proof;
    const sentAt = latest(recipients.map((one) => one.sentAt));
    const failure = recipients.find(({ error }) => error !== null)?.error ?? null;
    const isProven = provenAt !== null && now.getTime() - provenAt < freshMs;
    const isWaiting = sentAt !== null && (provenAt === null || sentAt > provenAt);
    const base = { id, name, kind, recipients: recipients.map(({ recipient }) => recipient) };
    if (failure !== null) return [{ ...base, state: 'failed', error: failure }];
    if (isWaiting) return [{ ...base, state: 'waiting', sentAt }];
    if (isProven) return [{ ...base, state: 'proven', provenAt }];
    return [{ ...base, state: 'unproven' }];
  });
}

function latest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
