import type { KeyAgeItem } from '#components/key-age-table.tsx';
import { listSources } from '#prisma/commands/report-sources.ts';
import { listTokens } from '#prisma/commands/tokens.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { database } from './database.ts';

const dayMs = 86_400_000;
/** What programs sign in with is changed once a year. */
const yearMs = 365 * dayMs;
/** Nobody misses a token that was not used for so long. */
const idleMs = 90 * dayMs;

function oldestOf(dates: readonly Date[]): number | null {
  return dates.length === 0 ? null : Math.min(...dates.map((date) => date.getTime()));
}

/** Keys of this installation, what is known of their age, and how to change them. Never a key itself. */
export async function readKeyAges(now: number): Promise<readonly KeyAgeItem[]> {
  const settings = readWebSettings();
  const [tokens, sources, routes] = await Promise.all([
    listTokens(database()),
    listSources(database()),
    database().alertRoute.findMany({
      where: { removedAt: null, secret: { not: null } },
      select: { createdAt: true },
      take: 1000,
    }),
  ]);
  return [
    {
      name: 'Tokens of the API',
      ...tokenStanding(
        tokens.filter(
          ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt.getTime() > now),
        ),
        now,
      ),
      what: 'What programs use the API with; only a fingerprint is kept.',
      todo: 'Make a new one, put it in, revoke the old one. One that expires changes itself into a reminder.',
      href: '/settings/tokens',
    },
    {
      name: 'Tokens of sources',
      ...ageStanding(
        oldestOf(sources.filter(({ revokedAt }) => revokedAt === null).map(({ createdAt }) => createdAt)),
        now,
      ),
      what: 'What mail servers send reports with.',
      todo: 'Exchange it on the page of the source: the old one opens for seven more days.',
      href: '/settings/sources',
    },
    {
      name: 'Secrets of routes',
      ...ageStanding(oldestOf(routes.map(({ createdAt }) => createdAt)), now),
      what: 'What webhooks are signed with; kept sealed.',
      todo: 'Type a new one on the page of the route and at the receiver, then prove the route.',
      href: '/settings/routes',
    },
    {
      name: 'Key of account pseudonyms',
      ...pseudonymStanding(settings.pseudonymKeys),
      since: null,
      what: 'Accounts are kept under HMACs of it. It is in no backup of the database: keep a copy apart.',
      todo: 'Once a year, or when it leaked: latchwatch rotate-key, then stop and start. Accounts move with their next report; wait as long as reports are kept before the next rotation.',
      href: null,
    },
    {
      name: 'LATCHWATCH_SECRET',
      ...{ tone: 'info', word: 'In use', since: null },
      what: 'Signs sessions and seals the secrets of routes.',
      todo: 'When it leaked: set another and start again. Everybody signs in anew, and the secrets of routes have to be typed again.',
      href: null,
    },
    {
      name: 'Trust anchors of DNSSEC',
      ...{ tone: 'info', word: settings.trustAnchors === null ? 'Built in' : 'From a file', since: null },
      what: 'What our validator starts from.',
      todo:
        settings.trustAnchors === null
          ? 'They come with Latchwatch: keep it up to date before the root changes its key.'
          : 'Put the new anchor beside the old one in the file before the zone changes its key.',
      href: null,
    },
    ...(settings.oidc === null
      ? []
      : [
          {
            name: 'Secret of the OpenID Connect client',
            ...({ tone: 'info', word: 'In use', since: null } as const),
            what: `What we prove ourselves with at ${settings.oidc.issuer}.`,
            todo: 'Make a new one at the provider, set LATCHWATCH_OIDC_CLIENT_SECRET, start again; then take the old one away.',
            href: null,
          },
        ]),
  ];
}

type Standing = Pick<KeyAgeItem, 'tone' | 'word' | 'since'>;

function ageStanding(since: number | null, now: number): Standing {
  if (since === null) return { tone: 'info', word: 'None', since };
  return now - since > yearMs
    ? { tone: 'warn', word: 'Over a year', since }
    : { tone: 'ok', word: 'Younger than a year', since };
}

function tokenStanding(
  living: readonly { readonly createdAt: Date; readonly lastUsedAt: Date | null }[],
  now: number,
): Standing {
  const since = oldestOf(living.map(({ createdAt }) => createdAt));
  const idle = living.filter(({ createdAt, lastUsedAt }) => now - (lastUsedAt ?? createdAt).getTime() > idleMs).length;
  if (idle > 0) return { tone: 'warn', word: `${String(idle)} unused for 90 days`, since };
  return ageStanding(since, now);
}

function pseudonymStanding(keys: { readonly previous: Buffer | null } | null): Pick<Standing, 'tone' | 'word'> {
  if (keys === null) return { tone: 'info', word: 'In the data folder' };
  return keys.previous === null
    ? { tone: 'info', word: 'One key' }
    : { tone: 'info', word: 'Moving from the one before' };
}
