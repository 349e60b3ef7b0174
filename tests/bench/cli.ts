import { benchAlertKill } from './alert-kill.ts';
import { benchDns } from './dns.ts';
import { benchFaultToMail } from './fault-to-mail.ts';
import { benchIngest } from './ingest.ts';
import { benchOwnResolver } from './own-resolver.ts';
import { benchPages } from './pages.ts';
import { benchPlanner } from './planner.ts';
import { benchPoller } from './poller.ts';
import { benchProbe } from './probe.ts';
import { benchSchedule } from './schedule.ts';
import { benchSetup } from './setup.ts';
import { benchStorage } from './storage.ts';

/* `npm run bench -- NAME`: figures, measured. They are no tests: nothing fails because a machine is slow. */

const benchmarks: Readonly<Record<string, (print: (line: string) => void, rest: readonly string[]) => Promise<void>>> =
  {
    'alert-kill': benchAlertKill,
    dns: benchDns,
    'fault-to-mail': benchFaultToMail,
    ingest: benchIngest,
    'own-resolver': benchOwnResolver,
    pages: benchPages,
    planner: benchPlanner,
    poller: benchPoller,
    probe: benchProbe,
    schedule: benchSchedule,
    setup: benchSetup,
    storage: benchStorage,
  };

const [name = '', ...rest] = process.argv.slice(2);
const run = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (run === undefined) {
  console.error(`Say which benchmark: npm run bench -- ${Object.keys(benchmarks).join('|')}`);
  process.exitCode = 2;
} else {
  await run((line) => console.log(line), rest);
}
