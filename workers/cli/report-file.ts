import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** What a file of reports holds. */
export type ReportFileKind = 'array' | 'items' | 'log';

/** Lines that are imported together, with the number of each in the file. */
export interface FileChunk {
  readonly kind: ReportFileKind;
  readonly lines: readonly Buffer[];
  readonly lineNumbers: readonly number[];
}

/** Always the same for the same file, so that it makes the same batches. */
const chunkLines = 5_000;
/** A line that is longer is cut into pieces, each of which is refused. */
const maxLineBytes = 64 * 1024;
/** An array is read as a whole. */
const maxArrayBytes = 32 * 1024 * 1024;
const lineFeed = 0x0a;

/**
 * Reads a file in chunks of lines, unpacked where it is gzip: NDJSON or a log; an array is one chunk of one line.
 * @throws Error where it cannot be read, is broken gzip, or is an array that is too large.
 */
export async function* readReportFile(path: string): AsyncGenerator<FileChunk> {
  const stream = await openStream(path);
  let kind: ReportFileKind | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let lines: Buffer[] = [];
  let lineNumbers: number[] = [];
  let lineNumber = 0;
  const add = (line: Buffer): void => {
    lineNumber += 1;
    if (line.toString('latin1').trim() === '') return;
    lines.push(line);
    lineNumbers.push(lineNumber);
  };
  for await (const piece of stream) {
    if (!Buffer.isBuffer(piece)) continue;
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    kind ??= kindOf(rest);
    if (kind === null) continue;
    if (kind === 'array') {
      if (rest.length > maxArrayBytes) throw new Error(`the array is larger than ${String(maxArrayBytes)} bytes`);
      continue;
    }
    let start = 0;
    for (;;) {
      const found = rest.indexOf(lineFeed, start);
      const end = found === -1 && rest.length - start > maxLineBytes ? start + maxLineBytes : found;
      if (end === -1) break;
      add(rest.subarray(start, end));
      start = end === found ? end + 1 : end;
      if (lines.length === chunkLines) {
        yield { kind, lines, lineNumbers };
        lines = [];
        lineNumbers = [];
      }
    }
    rest = rest.subarray(start);
  }
  if (kind === null) return;
  if (rest.length > 0) add(rest);
  if (lines.length > 0) yield { kind, lines, lineNumbers };
}

/** By the first octet that is no blank; null: there is none yet. */
function kindOf(octets: Buffer): ReportFileKind | null {
  const first = /[^\s]/.exec(octets.toString('latin1', 0, 4096))?.[0];
  if (first === undefined) return null;
  if (first === '[') return 'array';
  return first === '{' ? 'items' : 'log';
}

async function openStream(path: string): Promise<Readable> {
  const handle = await open(path, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close());
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (bytesRead < 2 || buffer[0] !== 0x1f || buffer[1] !== 0x8b) return file;
  // An error of the file also ends the reader of what is unpacked.
  return pipeline(file, createGunzip({ chunkSize: 256 * 1024 }), () => undefined);
}
