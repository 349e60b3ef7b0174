import { ReportsCard } from '#components/setup/reports-card.tsx';
import { TestAlertCard } from '#components/setup/test-alert-card.tsx';
import { AutoRefresh } from '#components/ui/auto-refresh.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Link } from '#components/ui/link.tsx';
import type { SetupRun } from '#prisma/commands/setup-runs.ts';
import { testRouteAction } from '#app/_actions/routes.ts';
import { setUpSourceAction } from '#app/_actions/setup-runs.ts';
import type { Person } from '#app/_auth/find-person.ts';
import { personMay } from '#app/_auth/session.ts';
import { listSourceItems } from '#app/_queries/report-sources.ts';
import { listTestableRoutes } from '#app/_queries/testable-routes.ts';

/** While somebody waits for a confirmation or a first report. */
const refreshMs = 3_000;
const shownSources = 5;

/** What is left once the domain is watched: that alerts arrive, and what clients say. */
export async function AfterSetup({
  run,
  person,
  endpoints,
  now,
}: {
  readonly run: SetupRun;
  readonly person: Person;
  readonly endpoints: number;
  readonly now: number;
}) {
  const mayTest = personMay(person, 'routes:manage');
  const mayMake = personMay(person, 'sources:manage');
  const [routes, sources] = await Promise.all([listTestableRoutes(new Date(now)), listSourceItems(now)]);
  const living = sources.filter(({ ended }) => ended === null).slice(0, shownSources);
  const waits = routes.some(({ state }) => state !== 'proven') || living.some(({ lastSeenAt }) => lastSeenAt === null);
  return (
    <>
      <Banner tone="ok">
        <strong>
          <span className="font-mono">{run.domain}</span> is watched from now on.
        </strong>{' '}
        {endpoints === 0 ? '' : 'Its first probes run now. '}
        <Link href={`/domains/${run.domain}`} className="link">
          Go to the domain
        </Link>
        {' or '}
        <Link href="/setup" className="link">
          set up another one
        </Link>
        .
      </Banner>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <TestAlertCard routes={routes} now={now} action={mayTest ? testRouteAction : null} />
        <ReportsCard sources={living} now={now} name={run.domain} action={mayMake ? setUpSourceAction : null} />
      </div>
      {waits ? <AutoRefresh everyMs={refreshMs} /> : null}
    </>
  );
}
