// Names one folder for the Postgres of this run. The first test that needs it starts it there (database.ts).
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tsImport } from 'tsx/esm/api';

/** @param {import('jest').Config & { readonly nonFlagArgs: readonly string[] }} config */
export default async function globalSetup({ nonFlagArgs }) {
  process.env.TEST_POSTGRES_FOLDER = mkdtempSync(join(tmpdir(), 'latchwatch-test-'));
  if (nonFlagArgs.length > 0) return;
  const { fetchNeededPrograms } = await tsImport('./shared-lab.ts', import.meta.url);
  await fetchNeededPrograms();
}
