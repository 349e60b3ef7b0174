// Runs dependency-cruiser and refuses a green that saw nothing: with a TypeScript it cannot read, it once cruised
// 0 modules and passed.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const rooms = ['app', 'components', 'lib', 'prisma', 'workers'];
const sources = rooms
  .flatMap((room) => readdirSync(room, { recursive: true }).map((file) => `${room}/${file}`))
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('prisma/generated/'));

const result = spawnSync(
  process.execPath,
  [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    ...rooms,
  ],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
if (result.stdout === '') {
  process.stderr.write(result.stderr);
  process.exit(1);
}
const { summary, modules } = JSON.parse(result.stdout);
for (const violation of summary.violations) {
  const cycle = violation.cycle ? ` (${violation.cycle.map((step) => step.name).join(' -> ')})` : '';
  console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}${cycle}`);
}
const seen = new Set(modules.map((module) => module.source));
const missed = sources.filter((file) => !seen.has(file));
if (missed.length > 0) console.error(`Not cruised: ${missed.join(', ')}`);
console.log(
  `Import rules: ${sources.length} source files, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations.`,
);
process.exit(summary.violations.length + missed.length > 0 ? 1 : 0);
