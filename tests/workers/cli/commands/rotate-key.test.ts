import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPseudonymKeys } from '#lib/census/pseudonym.ts';
import { rotateKeyCommand } from '#workers/cli/commands/rotate-key.ts';
import { readOrMakePseudonymKeys } from '#workers/database/data-folder.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'latchwatch-keys-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rotate = (env: Readonly<Record<string, string>> = {}) =>
  rotateKeyCommand.run({
    args: [],
    env: { LATCHWATCH_DATA: folder, ...env },
    signal: new AbortController().signal,
    out: () => undefined,
    err: () => undefined,
  });

it('puts a new key before the old one, and lets the one before that go', async () => {
  const first = readOrMakePseudonymKeys(folder);
  expect(first.previous).toBeNull();
  expect(await rotate()).toBe(0);
  const second = readOrMakePseudonymKeys(folder);
  expect(second.previous).toEqual(first.current);
  expect(second.current).not.toEqual(first.current);
  await rotate();
  expect(readOrMakePseudonymKeys(folder).previous).toEqual(second.current);
  const file = join(folder, 'pseudonym-keys');
  expect(readPseudonymKeys(readFileSync(file, 'utf8').trim()).ok).toBe(true);
  expect(statSync(file).mode & 0o077).toBe(0);
});

it('refuses where there is nothing to change, or where another place decides', () => {
  expect(() => rotate()).toThrow(/There are no keys of pseudonyms/);
  readOrMakePseudonymKeys(folder);
  expect(() => rotate({ LATCHWATCH_PSEUDONYM_KEYS: 'A'.repeat(43) })).toThrow(/LATCHWATCH_PSEUDONYM_KEYS is set/);
});
