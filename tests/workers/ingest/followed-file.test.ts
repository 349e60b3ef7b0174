import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { until } from '#tests/support/until.ts';
import { followFile } from '#workers/ingest/followed-file.ts';
import type { Taken } from '#workers/ingest/log-intake.ts';

/* Real files; what is taken is kept by batch, as the database does: a batch that comes again counts once. */

let folder: string;
let path: string;
const taken = new Map<string, readonly string[]>();
/** Lines as they were handed over, each time. */
const handed: (readonly string[])[] = [];
const warnings: unknown[] = [];
let stop: () => Promise<void>;
let onTake: () => Taken;

function start(): void {
  const stopping = new AbortController();
  const log = {
    info: () => undefined,
    warn: (...said: readonly unknown[]) => void warnings.push(said),
    error: () => undefined,
  };
  const followed = followFile(
    { path, positionFile: join(folder, 'position.json'), pollMs: 5, signal: stopping.signal },
    {
      take: (lines, batchId) => {
        taken.set(batchId, lines);
        handed.push(lines);
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
  warnings.length = 0;
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

  /** A file beside the followed one, last written to so many seconds after all that was followed. */
  const beside = (ending: string, content: string | Buffer, seconds: number): string => {
    const file = `${path}${ending}`;
    writeFileSync(file, content, { flag: 'a' });
    const at = Date.now() / 1000 + seconds;
    utimesSync(file, at, at);
    return file;
  };

  it('is caught up with after several rotations, through the files in between and no others', async () => {
    await stop();
    renameSync(path, `${path}.4`);
    beside('.4', 'one\n', 10);
    const packed = beside('.3.gz', gzipSync('packed\n'), 20);
    beside('.2', 'two\n', 30);
    beside('-20261125', 'three\n', 40);
    beside('.5', 'older\n', -3600);
    beside('.6.gz', gzipSync('older\n'), -7200);
    beside('in.log', 'of another log\n', 50);
    beside('', 'four\n', 60);
    start();
    await has('four');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one', 'two', 'three', 'four']);
    expect(warnings).toEqual([
      ['log files were compressed before they were read to the end', { path, files: [packed] }],
    ]);
  });

  it('is caught up with when the one before was compressed, which is said where it was not read to its end', async () => {
    await stop();
    const old = `${path}.old`;
    renameSync(path, old);
    const packed = beside('.2.gz', gzipSync('one\n'), 10);
    beside('.1', 'two\n', 20);
    beside('', 'three\n', 30);
    rmSync(old);
    start();
    await has('three');
    expect(all().filter((line) => line !== 'begin')).toEqual(['two', 'three']);
    expect(warnings).toEqual([
      ['a log file was replaced, and the one before is gone', { path }],
      ['log files were compressed before they were read to the end', { path, files: [packed] }],
    ]);
  });

  it('goes on with the current file from a position that does not say when the one before was written to', async () => {
    await stop();
    const positionFile = join(folder, 'position.json');
    writeFileSync(positionFile, readFileSync(positionFile, 'utf8').replace(/,"modifiedMs":[^}]*/, ''));
    const old = `${path}.old`;
    renameSync(path, old);
    beside('.1', 'long read\n', 10);
    beside('', 'one\n', 20);
    rmSync(old);
    start();
    await has('one');
    expect(all().filter((line) => line !== 'begin')).toEqual(['one']);
  });

  it('is left after a rotation only when its last lines were taken', async () => {
    await stop();
    appendFileSync(path, 'one\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    handed.length = 0;
    onTake = () => (handed.length === 1 ? 'revoked' : 'taken');
    start();
    await has('two');
    expect(handed.map((lines) => lines.filter((line) => line !== 'begin'))).toEqual([['one'], ['one'], ['two']]);
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
