import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from '#tests/lab/folders.ts';
import { errorText } from '#lib/error-text.ts';
import { unpackedPrograms } from '#tests/lab/domain-types.ts';
import { labPackages, startLab, stopLab, type Lab } from '#tests/lab/lab.ts';
import { ensurePackages } from '#tests/lab/packages.ts';
import { unpackProgram } from '#tests/lab/unpack.ts';

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

/** Beside those of the lab. Each helper asks for its own again, for a test that is run alone. */
const otherPackages = ['chromium', 'lego', 'pebble', 'prometheus-alertmanager', 'rsyslog', 'rsyslog-relp'] as const;

/**
 * Fetches all that the whole suite needs, before its first test: a mirror may be slow, and no test waits for it. What cannot
 * be had is said, and the tests that need it say it again.
 * @public global-setup.mjs loads it in a way that the search for unused code does not see.
 */
export async function fetchNeededPrograms(): Promise<void> {
  try {
    await ensurePackages([...labPackages, ...otherPackages]);
    for (const program of unpackedPrograms) await unpackProgram(program);
  } catch (error) {
    console.error(errorText(error));
  }
}
