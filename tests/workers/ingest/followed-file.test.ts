import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '#tests/support/until.ts';
import { followFile } from '#workers/ingest/followed-file.ts';
import type { Taken } from '#workers/ingest/log-intake.ts';

/* Real files; what is taken is kept by batch, as the database does: a batch that comes again counts once. */

let folder: string;
let path: string;
const taken = new Map<string, readonly string[]>();
let stop: () => Promise<void>;
let onTake: () => Taken;

function start(): void {
  const stopping = new AbortController();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const followed = followFile(
    { path, positionFile: join(folder, 'position.json'), pollMs: 5, signal: stopping.signal },
    {
      take: (lines, batchId) => {
        taken.set(batchId, lines);
        return Promise.resolve(onTake());
      },
      log,
    },
  );
  stop = async () => {
    stopping.abort();
    await followed;
  };
}

const all = (): readonly string[] => [...taken.values()].flat();
const has = (line: string): Promise<true> => until(() => (all().includes(line) ? true : null));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchwatch-follow-'));
  path = join(folder, 'mail.log');
  taken.clear();
  onTake = () => 'taken';
  writeFileSync(path, 'old\n');
  start();
  // The position is written when the file was seen for the first time.
  await until(() => {
    appendFileSync(path, 'begin\n');
    return all().length > 0 ? true : null;
  });
  taken.clear();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a followed file', () => {
  it('is read from where it ended at first, line by line', async () => {
    appendFileSync(path, 'one\ntw');
    await has('one');
    appendFileSync(path, 'o\nthree\n');
    await has('three');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one', 'two', 'three']);
  });

  it('is followed over a rename, also while the old one is still written to', async () => {
    appendFileSync(path, 'one\n');
    await has('one');
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    appendFileSync(`${path}.1`, 'two\n');
    await has('two');
    appendFileSync(path, 'three\n');
    await has('three');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one', 'two', 'three']);
  });

  it('is followed over a truncation', async () => {
    appendFileSync(path, 'one\n');
    await has('one');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'two\n');
    await has('two');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one', 'two']);
  });

  it('is caught up with after a rotation while nobody followed', async () => {
    await stop();
    appendFileSync(path, 'one\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    start();
    await has('two');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one', 'two']);
  });

  it('comes in the same batch again when the end came before the position was written', async () => {
    await stop();
    appendFileSync(path, 'one\n');
    // Committed, but nobody heard of it.
    onTake = () => 'stopped';
    start();
    await has('one');
    await stop();
    onTake = () => 'taken';
    appendFileSync(path, 'two\n');
    start();
    await has('two');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one', 'two']);
  });

  it('takes many lines, and one that has no end', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${String(index)}`);
    appendFileSync(path, `${lines.join('\n')}\n${'x'.repeat(600_000)}\nlast\n`);
    await has('last');
    expect(all().filter((line) => line.startsWith('line'))).toEqual(lines);
  });
});
