import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDanetest } from './parse-danetest.ts';
import { parseScenario } from './parse-scenario.ts';
import { replayDaneCase, splitPem, timeInDate } from './replay-danetest.ts';
import { replay, type Outcome } from './replay.ts';
import { testAlgorithms } from './test-algorithms.ts';

/* Program: `npm run conformance -- FOLDER|FILE…`. Replays what other people recorded, against our own verdicts. */

const usage = `Usage: npm run conformance -- FOLDER|FILE…
  *.rpl, *.crpl   recorded conversations of a validating resolver
  *.in            DANE cases in the form of OpenSSL's danetest; the trusted roots stand in the .pem file beside it
  --host NAME     name that the DANE cases ask for (example.com)
  --roots FILE    trusted roots for the DANE cases`;

interface DaneOptions {
  readonly host: string;
  readonly roots: string | undefined;
}

/** What became of one file, or of one case of a file with several. */
interface Line {
  readonly name: string;
  readonly outcome: Outcome;
}

function replayScenario(file: string): Line {
  const name = basename(file);
  const scenario = parseScenario(readFileSync(file, 'utf8'));
  if (!scenario.ok) return { name, outcome: { kind: 'unsupported', why: scenario.error } };
  try {
    return { name, outcome: replay(scenario.value, testAlgorithms) };
  } catch (error) {
    // A fault of ours in one file hides no other file.
    const differences = [`ours threw ${error instanceof Error ? error.message : String(error)}`];
    return { name, outcome: { kind: 'differ', differences, notes: [] } };
  }
}

async function* replayDanetest(file: string, { host, roots }: DaneOptions): AsyncGenerator<Line> {
  const cases = parseDanetest(readFileSync(file, 'utf8'));
  if (!cases.ok) {
    yield { name: basename(file), outcome: { kind: 'unsupported', why: cases.error } };
    return;
  }
  const trusted = splitPem(readFileSync(roots ?? file.replace(/\.in$/, '.pem'), 'utf8'));
  const now = timeInDate(cases.value);
  for (const test of cases.value) {
    const difference = await replayDaneCase(test, { host, roots: trusted, now });
    const outcome: Outcome =
      difference === null
        ? { kind: 'agree', checks: test.records.length, notes: [] }
        : { kind: 'differ', differences: [difference], notes: [] };
    yield { name: `${basename(file)}:${test.line}`, outcome };
  }
}

function print({ name, outcome }: Line): void {
  switch (outcome.kind) {
    case 'agree':
      console.log(`agree        ${name} (${outcome.checks})${noteText(outcome.notes)}`);
      break;
    case 'differ':
      console.log(`differ       ${name}: ${outcome.differences.join('; ')}${noteText(outcome.notes)}`);
      break;
    case 'unsupported':
      console.log(`unsupported  ${name}: ${outcome.why}`);
      break;
  }
}

function noteText(notes: readonly string[]): string {
  return notes.length === 0 ? '' : `  [note: ${notes.join('; ')}]`;
}

function findFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.c?rpl$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function main(paths: readonly string[], options: DaneOptions): Promise<number> {
  if (paths.length === 0) {
    console.error(usage);
    return 2;
  }
  const counts = { agree: 0, differ: 0, unsupported: 0 };
  for (const file of paths.flatMap(findFiles)) {
    const lines = file.endsWith('.in') ? replayDanetest(file, options) : [replayScenario(file)];
    for await (const line of lines) {
      counts[line.outcome.kind] += 1;
      print(line);
    }
  }
  console.log(`agree=${counts.agree} differ=${counts.differ} unsupported=${counts.unsupported}`);
  return counts.differ === 0 ? 0 : 1;
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { host: { type: 'string', default: 'example.com' }, roots: { type: 'string' } },
  });
  process.exitCode = await main(positionals, { host: values.host, roots: values.roots });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
