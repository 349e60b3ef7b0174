import { benchDns } from './dns.ts';

/* `npm run bench -- NAME`: figures, measured. They are no tests: nothing fails because a machine is slow. */

const benchmarks: Readonly<Record<string, (print: (line: string) => void) => Promise<void>>> = { dns: benchDns };

const [name = ''] = process.argv.slice(2);
const run = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (run === undefined) {
  console.error(`Say which benchmark: npm run bench -- ${Object.keys(benchmarks).join('|')}`);
  process.exitCode = 2;
} else {
  await run((line) => console.log(line));
}
