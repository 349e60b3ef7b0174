import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '#prisma/client.ts';
import type { FaultWorld } from './fault-world.ts';
import { until } from './until.ts';

/** What became of a burst of incidents whose worker was killed again and again. */
export interface BurstOutcome {
  readonly incidents: number;
  readonly mails: number;
  /** Incidents that no mail speaks of. */
  readonly lost: number;
  /** Incidents whose end no mail speaks of. */
  readonly endsLost: number;
  /** Mails that came once more, under the same Message-ID. */
  readonly twice: number;
  /** Mails that refer to one that never came, or came before it. */
  readonly brokenThreads: number;
}

/** A mail route takes 20 mails an hour: once it has, an hour passes for what was sent and for what waits. */
async function letAnHourPass(database: Database): Promise<void> {
  const atWork = { kind: 'notify', OR: [{ leaseUntil: { not: null } }, { dueAt: { lte: new Date() } }] };
  if ((await database.task.count({ where: atWork })) > 0) return;
  await database.$executeRaw`UPDATE notice SET sent_at = sent_at - interval '1 hour' WHERE sent_at IS NOT NULL`;
  await database.$executeRaw`UPDATE task SET due_at = now() 
    WHERE kind IN ('notify', 'digest') AND lease_until IS NULL AND due_at > now()`;
}

/**
 * Breaks all servers at once and mends them again, while the worker is killed `times` times, half of them in each part;
 * `everyMs` lies between two kills.
 */
export async function burstUnderKills(
  world: FaultWorld,
  {
    database,
    times,
    everyMs,
    progress = () => undefined,
  }: {
    readonly database: Database;
    readonly times: number;
    readonly everyMs: number;
    /** Told where the burst is, for whoever waits for minutes. */
    readonly progress?: (line: string) => void;
  },
): Promise<BurstOutcome> {
  const hosts = world.servers.map(({ host }) => host);
  // What else the expired certificate changes, and what deep scans see of it, stands beside.
  const told = { rootId: null, host: { in: hosts }, code: 'certificate-expiry' };
  const open = ['firing', 'acknowledged', 'recovering'];
  const standing = (states: readonly string[]) =>
    database.incident.count({ where: { ...told, state: { in: [...states] } } });
  const kill = async (count: number): Promise<void> => {
    for (let killed = 0; killed < count; killed += 1) {
      await pause(everyMs);
      await world.killWorker();
      if ((killed + 1) % 10 === 0) {
        progress(`killed ${String(killed + 1)} times; open incidents: ${String(await standing(open))}`);
      }
    }
  };
  const allAreTold = () =>
    until(async () => {
      await letAnHourPass(database);
      const waiting = await database.notice.count({ where: { sentAt: null } });
      progress(`open incidents: ${String(await standing(open))}; notices that wait: ${String(waiting)}`);
      return waiting === 0 ? true : null;
    });
  for (const server of world.servers) await server.breakIt('expired');
  await kill(Math.ceil(times / 2));
  await until(async () => ((await standing(['firing'])) === hosts.length ? true : null));
  await allAreTold();
  for (const server of world.servers) await server.mendIt();
  await kill(Math.floor(times / 2));
  await until(async () => ((await standing(open)) === 0 ? true : null));
  await allAreTold();
  return judge(world, await database.incident.findMany({ where: told }));
}

function judge({ sink }: FaultWorld, incidents: readonly { readonly id: string }[]): BurstOutcome {
  const seen = new Set<string>();
  let [twice, brokenThreads] = [0, 0];
  for (const { headers } of sink.mails) {
    const id = headers.get('message-id') ?? '';
    if (seen.has(id)) twice += 1;
    seen.add(id);
    const thread = headers.get('references');
    if (thread !== undefined && !seen.has(thread)) brokenThreads += 1;
  }
  // An incident is told on its own, as one of many in a digest, or in a line of a summary.
  const blocks = sink.mails.flatMap(({ body }) => body.split('\n----------\n'));
  const toldOf = (state: string) =>
    new Set(
      blocks.flatMap((block) => [
        ...(block.includes(`State: ${state}`) ? [/^Incident: (\S+)/m.exec(block)?.[1] ?? ''] : []),
        ...[...block.matchAll(new RegExp(`^${state} .* \\((\\S+)\\)$`, 'gm'))].map(([, id = '']) => id),
      ]),
    );
  const [firing, resolved] = [toldOf('FIRING'), toldOf('RESOLVED')];
  return {
    incidents: incidents.length,
    mails: sink.mails.length,
    lost: incidents.filter(({ id }) => !firing.has(id)).length,
    endsLost: incidents.filter(({ id }) => !resolved.has(id)).length,
    twice,
    brokenThreads,
  };
}
