import { backupSummary } from '#components/backup-standing.ts';
import type { Tone } from '#components/ui/tone.ts';
import { readChainLook } from '#prisma/commands/audit-chain.ts';
import { readRetention } from '#prisma/commands/retention.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readBackupStanding } from './backup-standing.ts';
import { database } from './database.ts';
import { readAlertPath } from './route-proofs.ts';

export interface Standing {
  readonly tone: Tone;
  readonly text: string;
}

export interface SettingsSummary {
  readonly routes: Standing;
  readonly sources: Standing;
  readonly people: Standing;
  readonly tokens: Standing;
  readonly retention: Standing;
  readonly backup: Standing;
  readonly audit: Standing;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** `5 h`, `12 days` */
function age(at: number, now: number): string {
  const hours = Math.floor((now - at) / hourMs);
  return hours < 48 ? `${String(hours)} h` : `${String(Math.floor(hours / 24))} days`;
}

const counted = (count: number, one: string, many: string): string => `${String(count)} ${count === 1 ? one : many}`;

/** How each part of the settings stands, in a sentence. */
export async function readSettingsSummary(now: Date): Promise<SettingsSummary> {
  const db = database();
  const at = now.getTime();
  const living = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  const [path, routes, sources, silent, people, tokens, kept, backup, chain] = await Promise.all([
    readAlertPath(now),
    db.alertRoute.count({ where: { removedAt: null, enabled: true } }),
    db.reportSource.count({ where: { revokedAt: null, withdrawnAt: null } }),
    db.reportSource.count({
      where: {
        revokedAt: null,
        withdrawnAt: null,
        OR: [{ lastSeenAt: null }, { lastSeenAt: { lt: new Date(at - dayMs) } }],
      },
    }),
    db.user.count(),
    db.apiToken.count({ where: living }),
    readRetention(db, readWebSettings().retentionDays),
    readBackupStanding(),
    readChainLook(db),
  ]);
  return {
    routes: routeStanding(routes, path, at),
    sources:
      sources === 0
        ? { tone: 'unknown', text: 'No source: what clients hold is unknown.' }
        : silent > 0
          ? { tone: 'warn', text: `${String(silent)} of ${String(sources)} told nothing for a day.` }
          : { tone: 'ok', text: `${counted(sources, 'source', 'sources')}, all heard of today.` },
    people: { tone: 'info', text: counted(people, 'person', 'people') },
    tokens: { tone: 'info', text: `${counted(tokens, 'token', 'tokens')} in use` },
    retention: {
      tone: 'info',
      text: `Observations ${String(kept.observations)}, incidents ${String(kept.incidents)}, clients ${String(kept.reports)} days`,
    },
    backup: backupSummary(backup, at),
    audit:
      chain === null
        ? { tone: 'unknown', text: 'Nobody has followed the whole chain yet.' }
        : chain.whole
          ? { tone: 'ok', text: `Whole when it was followed ${age(chain.at.getTime(), at)} ago.` }
          : { tone: 'crit', text: 'The record was tampered with.' },
  };
}

function routeStanding(
  routes: number,
  path: { readonly provenAt: number | null; readonly overdue: boolean },
  now: number,
): Standing {
  if (routes === 0) return { tone: 'fail', text: 'No route: nobody is told of anything.' };
  if (path.provenAt === null) return { tone: 'warn', text: 'Nobody ever confirmed a test alert.' };
  const text = `A test alert was last confirmed ${age(path.provenAt, now)} ago.`;
  return { tone: path.overdue ? 'warn' : 'ok', text };
}
