import { maxDumpBytes } from '#lib/evidence/hex-dump.ts';
import type { TranscriptLine } from '#lib/model/observation.ts';
import { HexDump } from './hex-dump.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

/** The lines that fit into as many bytes as are shown, line ends counted. */
function fitting(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  let bytes = 0;
  const end = lines.findIndex(({ text }) => (bytes += text.length + 2) > maxDumpBytes);
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
}

/** Everything that one side sent, with the line ends that lines of these protocols have. */
function bytesOf(lines: readonly TranscriptLine[], from: TranscriptLine['from']): Uint8Array {
  const said = lines.filter((line) => line.from === from).map(({ text }) => `${text}\r\n`);
  return Buffer.from(said.join(''), 'latin1');
}

/** What was said, line by line, with every byte visible, and on demand as bytes. */
export function Transcript({ lines }: { readonly lines: readonly TranscriptLine[] }) {
  const shown = fitting(lines);
  return (
    <div className="space-y-2">
      <div
        className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
        tabIndex={0}
        role="region"
        aria-label="Transcript"
      >
        <ol>
          {shown.map((line, index) => (
            <li key={index} className="grid grid-cols-[4rem_1.5rem_1fr] gap-x-1">
              <span className="text-right text-muted tabular-nums">{Math.round(line.atMs)} ms</span>
              <span className="text-center text-muted" title={line.from}>
                <span aria-hidden="true">{line.from === 'client' ? '→' : '←'}</span>
                <span className="sr-only">{line.from}</span>
              </span>
              <span className={line.from === 'client' ? 'text-info' : ''}>
                <ForeignText text={line.text} maxLength={2000} />
              </span>
            </li>
          ))}
        </ol>
        {shown.length === lines.length ? null : (
          <p className="mt-2 text-muted">{lines.length - shown.length} more lines are not shown.</p>
        )}
      </div>
      <HexDump title="Bytes that the server sent" bytes={bytesOf(lines, 'server')} />
      <HexDump title="Bytes that we sent" bytes={bytesOf(lines, 'client')} />
    </div>
  );
}
