import type { TranscriptLine } from '#lib/model/observation.ts';
import { ForeignText } from './ui/foreign-text.tsx';

/** What was said, line by line, with every byte visible. */
export function Transcript({ lines }: { readonly lines: readonly TranscriptLine[] }) {
  return (
    <div
      className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
      tabIndex={0}
      role="region"
      aria-label="Transcript"
    >
      <ol>
        {lines.map((line, index) => (
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
    </div>
  );
}
