import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { ChoiceButtons } from '#components/choice-buttons.tsx';
import { HealthBar } from '#components/health-bar.tsx';
import { MainNavigation } from '#components/main-navigation.tsx';
import { FollowLinks } from '#components/shell/follow-links.tsx';
import { Keyboard } from '#components/shell/keyboard.tsx';
import { LiveUpdates } from '#components/shell/live-updates.tsx';
import { Brand } from '#components/ui/brand.tsx';
import { Link } from '#components/ui/link.tsx';
import { visibleText } from '#components/ui/visible-text.ts';
import { chooseKeysAction, chooseThemeAction, chooseTimesAction, signOutAction } from '#app/_actions/session.ts';
import type { Person } from '#app/_auth/find-person.ts';
import { requirePerson } from '#app/_auth/session.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { frameReading } from '#app/_queries/frame-reading.ts';
import { navigationFor } from '#app/_queries/navigation.ts';

const themes = [
  { value: 'system', text: 'System' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
];
const times = [
  { value: 'utc', text: 'UTC' },
  { value: 'local', text: 'Local' },
];

/** What is the same on every page for one person: how it looks, and the way out. */
function PersonalChoices({
  person,
  theme,
  clock,
}: {
  readonly person: Person;
  readonly theme: string;
  readonly clock: string;
}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 lg:flex-col lg:items-start">
      <ChoiceButtons label="Colours" name="theme" options={themes} current={theme} action={chooseThemeAction} />
      <ChoiceButtons label="Absolute times" name="times" options={times} current={clock} action={chooseTimesAction} />
      <form action={signOutAction} className="min-w-0 max-w-full text-sm">
        <Link href="/settings/account" className="link block truncate" title={visibleText(person.email)}>
          {person.name}, {person.role}
        </Link>
        <button type="submit" className="link min-h-6 cursor-pointer">
          Sign out
        </button>
      </form>
    </div>
  );
}

const tool =
  'inline-flex min-h-8 items-center gap-2 rounded-md border border-line-strong/60 px-2.5 text-sm hover:bg-sunken';

/** In the same place on every page (WCAG 3.2.6). */
function Tools() {
  return (
    <>
      <Link href="/find" data-opens="search" className={tool} aria-keyshortcuts="Control+K Meta+K">
        Search
        <kbd aria-hidden="true" className="font-mono text-2xs text-muted max-sm:hidden">
          Ctrl K
        </kbd>
      </Link>
      <Link href="/help" className={tool}>
        Help
      </Link>
    </>
  );
}

export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const person = await requirePerson();
  const now = new Date();
  const [{ value: frame }, jar] = await Promise.all([frameReading.read(now), cookies()]);
  const { position, health, alertPath, counts } = frame;
  const singleKeys = jar.get('keys')?.value !== 'off';
  return (
    <div className="lg:grid lg:min-h-screen lg:grid-cols-[14rem_1fr]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-30 focus:m-2 focus:rounded focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <header className="relative border-line bg-surface px-4 py-4 max-lg:border-b lg:border-r print:hidden">
        <div className="flex flex-col lg:sticky lg:top-4 lg:h-[calc(100vh-2rem)] lg:gap-5">
          <Link href="/" className="w-fit px-3 max-lg:px-0">
            <Brand />
          </Link>
          <MainNavigation groups={navigationFor(person, counts.needsAction)}>
            <PersonalChoices
              person={person}
              theme={jar.get('theme')?.value ?? 'system'}
              clock={jar.get('times')?.value === 'local' ? 'local' : 'utc'}
            />
          </MainNavigation>
        </div>
      </header>
      <div className="min-w-0 px-4 pb-5 sm:px-6 lg:px-8">
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
          ingest={health.ingest}
          updates={<LiveUpdates position={position} keys={singleKeys} />}
          tools={<Tools />}
        />
        <main id="content" className="mx-auto max-w-6xl">
          {children}
        </main>
      </div>
      <FollowLinks />
      <Keyboard singleKeys={singleKeys} chooseKeys={chooseKeysAction} />
    </div>
  );
}
