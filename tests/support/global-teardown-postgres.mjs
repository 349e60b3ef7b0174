// Ends the Postgres of this run, if a test started it, and removes its folder.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** False also for a zombie, which signal 0 would still reach. */
function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export default async function globalTeardown() {
  const folder = process.env.TEST_POSTGRES_FOLDER;
  const pidFile = join(folder, 'postgres', 'postmaster.pid');
  if (existsSync(pidFile)) {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    // Immediate: the folder goes anyway.
    if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await delay(20);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
