import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment, Settings } from '#lib/settings.ts';
import { openDatabase } from '#prisma/client.ts';
import { createSetupLink } from '#prisma/commands/setup-links.ts';
import { Refusal } from '#workers/database/refusal.ts';
import type { CommandContext } from './command.ts';
import type { Program } from './programs.ts';
import { superviseProgram } from './supervise.ts';

const pollMs = 200;
const noticeMs = 30_000;

/** @throws Refusal when another program listens there. */
export function requireFreePort({
  host,
  port,
  setting,
}: Pick<Settings, 'host' | 'port'> & { readonly setting: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `port ${port} of ${host}`;
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: `Another program listens on ${where} already: stop it, or set ${setting} to another one.`,
        EACCES: `This user may not listen on ${where}: set ${setting} to one above 1023.`,
        EADDRNOTAVAIL: `${host} is not an address of this machine: set HOST to one that is.`,
        ENOTFOUND: `${host} is not a name of this machine: set HOST to an address.`,
      };
      reject(new Refusal(reasons[error.code ?? ''] ?? `Cannot listen on ${where}: ${error.message}.`));
    });
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}

/** How this machine reaches what listens on `host`. */
function localUrl({ host, port }: Pick<Settings, 'host' | 'port'>, path: string): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${port}${path}`;
}

/** Prints the link that creates the administrator, as long as there is none. */
export async function printSetupLink(context: CommandContext, settings: Settings, databaseUrl: string): Promise<void> {
  const db = openDatabase(databaseUrl, 1);
  try {
    const secret = await createSetupLink(db, new Date());
    if (secret === null) return;
    context.out(`Create the administrator with this link (works once, for 24 hours):`);
    context.out(`  ${settings.publicUrl.origin}/setup/${secret}`);
  } finally {
    await db.$disconnect();
  }
}

async function waitForHealth(settings: Settings, err: (text: string) => void, signal: AbortSignal): Promise<void> {
  let noticeAt = performance.now() + noticeMs;
  for (;;) {
    const answer = await fetch(localUrl(settings, '/healthz'), { signal }).catch(() => null);
    // An unread body would hold the connection.
    const body = await answer?.text().catch(() => '');
    if (answer?.status === 200) return;
    if (performance.now() > noticeAt) {
      const state =
        answer === null ? 'the console does not answer yet' : `/healthz says ${answer.status} ${body ?? ''}`;
      err(`Still waiting: ${state.trim()}`);
      noticeAt = performance.now() + noticeMs;
    }
    await delay(pollMs, undefined, { signal });
  }
}

/**
 * Runs programs until the context's signal, or until one cannot be kept running. With `announce`, prints the address
 * once the whole installation is healthy. Resolves when every program has ended.
 * @throws Refusal when a program, or what `failure` watches, gave up.
 */
export async function runServices(options: {
  readonly context: CommandContext;
  readonly settings: Settings;
  readonly environment: Environment;
  readonly programs: readonly Program[];
  readonly announce: boolean;
  /** Resolves with a sentence when something else that the programs need is gone. */
  readonly failure?: Promise<string>;
}): Promise<void> {
  const { context, settings, programs } = options;
  const env = { ...options.environment };
  const running = programs.map((program) => superviseProgram({ program, env, say: context.err }));
  const killAll = (): void => running.forEach((program) => program.kill());
  process.once('exit', killAll);
  const over = new AbortController();
  const health = async (): Promise<void> => {
    await waitForHealth(settings, context.err, over.signal);
    running.forEach((program) => program.settle());
    context.out(`Latchwatch is ready: ${settings.publicUrl.origin}`);
  };
  if (options.announce) void health().catch(() => undefined);
  else running.forEach((program) => program.settle());
  const asked = new Promise<null>((resolve) => {
    if (context.signal.aborted) resolve(null);
    context.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const failures = [
    ...running.map(({ gaveUp }) => gaveUp),
    ...(options.failure === undefined ? [] : [options.failure]),
  ];
  const problem = await Promise.race([asked, ...failures]);
  over.abort();
  await Promise.all(running.map((program) => program.stop()));
  process.removeListener('exit', killAll);
  if (problem !== null) throw new Refusal(problem);
}
