import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '#lib/error-text.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#workers/database/embedded-postgres.ts';

export interface KeptDatabase {
  readonly url: string;
  /** Resolves with a sentence when the server died and does not come back. */
  readonly gaveUp: Promise<string>;
  readonly stop: () => Promise<void>;
  /** At once, for the last moment of this process; the next start recovers. */
  readonly kill: () => void;
}

const attempts = 5;
const pauseMs = 1000;

/** Runs the built-in Postgres of a data folder and starts it again, at the same port, when it dies. */
export async function keepDatabase(dataFolder: string, say: (text: string) => void): Promise<KeptDatabase> {
  const first = await startEmbeddedPostgres({ dataFolder });
  let server: EmbeddedPostgres = first;
  let isStopping = false;
  let restarting: Promise<string | null> = Promise.resolve(null);

  async function restart(): Promise<string | null> {
    let problem = '';
    for (let attempt = 1; attempt <= attempts && !isStopping; attempt++) {
      try {
        // The others know the address: only the same port is of use.
        server = await startEmbeddedPostgres({ dataFolder, port: first.port, onlyThisPort: true });
        return null;
      } catch (error) {
        problem = errorText(error);
        await delay(pauseMs);
      }
    }
    return problem;
  }

  const gaveUp = new Promise<string>((resolve) => {
    const watch = async (): Promise<void> => {
      for (;;) {
        await server.ended;
        if (isStopping) return;
        say('The database ended unexpectedly; it is started again.');
        restarting = restart();
        const problem = await restarting;
        if (problem === null) continue;
        resolve(problem);
        return;
      }
    };
    void watch();
  });
  return {
    url: first.url,
    gaveUp,
    stop: async () => {
      isStopping = true;
      // What is just being started again would outlive us.
      await restarting;
      await server.stop();
    },
    kill: () => {
      isStopping = true;
      server.kill();
    },
  };
}
