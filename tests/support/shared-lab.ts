import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '#tests/lab/folders.ts';
import { startLab, stopLab, type Lab } from '#tests/lab/lab.ts';

/** Says that a run of the tests started the lab that is up, and has to stop it. Goes away with the lab. */
const ownedByTests = join(runFolder, 'started-by-tests');

let memo: Promise<Lab> | undefined;

/** The lab, started by whichever test file comes first; a lab that a person started is used and left running. */
export function sharedLab(): Promise<Lab> {
  memo ??= startLab().then((lab) => {
    if (lab.started) writeFileSync(ownedByTests, '');
    return lab;
  });
  return memo;
}

/**
 * Stops the lab where a run of the tests started it.
 * @public global-teardown.mjs loads it in a way that the search for unused code does not see.
 */
export async function stopSharedLab(): Promise<void> {
  if (existsSync(ownedByTests)) await stopLab();
}
