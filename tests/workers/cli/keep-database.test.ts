import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, eventually } from '#tests/support/process-state.ts';
import { keepDatabase } from '#workers/cli/keep-database.ts';
import { readPostmasterFile, serverProcesses } from '#workers/database/postmaster.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchwatch-kept-'));
const cluster = join(folder, 'postgres');
afterAll(() => {
  for (const pid of serverProcesses(cluster)) endProcess(pid);
  rmSync(folder, { recursive: true, force: true });
});

it('leaves no server behind when it is stopped while it starts one again', async () => {
  const said: string[] = [];
  const database = await keepDatabase(folder, (text) => said.push(text));
  const pid = readPostmasterFile(cluster)?.pid ?? 0;
  const before = serverProcesses(cluster);
  expect(before).toContain(pid);
  endProcess(pid);
  // The next one is there, and not ready yet.
  await eventually(() => serverProcesses(cluster).some((one) => !before.includes(one)));
  await database.stop();
  expect(said).toEqual(['The database ended unexpectedly; it is started again.']);
  expect(serverProcesses(cluster)).toEqual([]);
});
