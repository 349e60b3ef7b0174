// Names one folder for the Postgres of this run. The first test that needs it starts it there (database.ts).
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function globalSetup() {
  process.env.TEST_POSTGRES_FOLDER = mkdtempSync(join(tmpdir(), 'latchwatch-test-'));
}
