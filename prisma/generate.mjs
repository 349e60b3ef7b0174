// Prisma's command line wants to download a schema engine before it does anything. Generating needs none:
// naming any existing file keeps it offline.
import { spawnSync } from 'node:child_process';

const result = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--no-hints'], {
  stdio: process.env.npm_config_loglevel === 'silent' ? 'ignore' : 'inherit',
  env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', ...process.env },
});
process.exit(result.status ?? 1);
