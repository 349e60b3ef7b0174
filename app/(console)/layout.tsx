import Link from 'next/link';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { HealthBar } from '#components/health-bar.tsx';
import { MainNavigation } from '#components/main-navigation.tsx';
import { ThemeChoice } from '#components/theme-choice.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { Brand } from '#components/ui/brand.tsx';
import { chooseThemeAction, signOutAction } from '#app/_actions/session.ts';
import { personMay, requirePerson } from '#app/_auth/session.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { readHealth } from '#app/_queries/health.ts';
import { readAlertPath } from '#app/_queries/route-proofs.ts';
import { countIncidents } from '#app/_queries/incidents.ts';

const refreshMs = 15_000;

export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const person = await requirePerson();
  const now = new Date();
  const [health, alertPath, counts, jar] = await Promise.all([
    readHealth(now),
    readAlertPath(now),
    countIncidents(),
    cookies(),
  ]);
  const items = [
    { href: '/', text: 'Now' },
    { href: '/incidents', text: 'Incidents', count: counts.needsAction },
    { href: '/silences', text: 'Silences' },
    { href: '/domains', text: 'Domains' },
    { href: '/endpoints', text: 'Endpoints' },
    { href: '/changes', text: 'Changes' },
    { href: '/commitments', text: 'Promises' },
    { href: '/latches', text: 'Clients' },
    { href: '/signals', text: 'Signals' },
    { href: '/plan', text: 'Planner' },
    { href: '/rollovers', text: 'Rollovers' },
    { href: '/findings', text: 'Findings' },
    { href: '/exceptions', text: 'Exceptions' },
    { href: '/api-reference', text: 'API' },
    ...(personMay(person, 'routes:manage') ? [{ href: '/settings/routes', text: 'Routes' }] : []),
    ...(personMay(person, 'sources:manage') ? [{ href: '/settings/sources', text: 'Sources' }] : []),
    ...(personMay(person, 'tokens:manage') ? [{ href: '/settings/tokens', text: 'Tokens' }] : []),
    ...(personMay(person, 'people:manage') ? [{ href: '/settings/people', text: 'People' }] : []),
    ...(personMay(person, 'audit:read') ? [{ href: '/settings/audit', text: 'Audit' }] : []),
  ];
  return (
    <div className="lg:grid lg:min-h-screen lg:grid-cols-[14rem_1fr]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <div className="border-line bg-surface px-4 py-4 max-lg:border-b lg:border-r print:hidden">
        <div className="flex flex-col gap-4 lg:sticky lg:top-4 lg:h-[calc(100vh-2rem)] lg:gap-6">
          <Link href="/" className="w-fit px-3 max-lg:px-0">
            <Brand />
          </Link>
          {/* In a low window the list scrolls, and what is below it stays in sight. */}
          <div className="min-h-0 lg:overflow-y-auto">
            <MainNavigation items={items} />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 lg:mt-auto lg:flex-col lg:items-start lg:px-3">
            <ThemeChoice current={jar.get('theme')?.value ?? 'system'} action={chooseThemeAction} />
            <form action={signOutAction} className="min-w-0 text-sm">
              <Link href="/settings/account" className="link block truncate" title={person.email}>
                {person.name}, {person.role}
              </Link>
              <button type="submit" className="link min-h-6 cursor-pointer">
                Sign out
              </button>
            </form>
          </div>
        </div>
      </div>
      <div className="min-w-0 px-4 py-5 sm:px-6 lg:px-8">
        <div className="mx-auto max-w-6xl">
          <HealthBar
            now={now.getTime()}
            workersAlive={health.workersAlive}
            workersKnown={health.workersKnown}
            lastHeartbeatAt={health.lastHeartbeatAt?.getTime() ?? null}
            oldestDueAt={health.oldestDueAt?.getTime() ?? null}
            overdueAfterMs={readWebSettings().intervalSeconds * 1000}
            mailRelayConfigured={health.mailRelayConfigured}
            otherRoutes={health.otherRoutes}
            waitingForRelay={health.waitingForRelay}
            unsentNotices={health.unsentNotices}
            failingNotices={health.failingNotices}
            lastMailSentAt={health.lastMailSentAt?.getTime() ?? null}
            strandedVantages={health.strandedVantages}
            ownOutages={health.ownOutages}
            alertPath={alertPath}
          />
          <main id="content">{children}</main>
        </div>
      </div>
      <AutoRefresh everyMs={refreshMs} />
    </div>
  );
}
