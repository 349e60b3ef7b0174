import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

export interface TimelineEntry {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
  /** What else there is to say; text of anybody. */
  readonly note?: string | null;
}

/** What happened, the newest first. */
export function Timeline({ entries, now }: { readonly entries: readonly TimelineEntry[]; readonly now: number }) {
  return (
    <ol className="relative ml-1.5 space-y-4 border-l border-line pl-5">
      {entries.map((entry) => (
        <li key={entry.id} className="relative">
          <span
            aria-hidden="true"
            className="absolute top-1.5 -left-[1.6rem] size-2.5 rounded-full border-2 border-surface bg-line-strong"
          />
          <p>
            <span className="font-medium">{entry.text}</span>
            {entry.actor === 'latchwatch' ? null : (
              <span className="text-muted">
                {' by '}
                <ForeignText text={entry.actor} maxLength={100} />
              </span>
            )}
          </p>
          {entry.note === undefined || entry.note === null ? null : (
            <p className="max-w-prose">
              <ForeignText text={entry.note.replaceAll(/\s+/g, ' ')} maxLength={5000} />
            </p>
          )}
          <p className="text-sm text-muted">
            <TimeStamp at={entry.at} now={now} />
          </p>
        </li>
      ))}
    </ol>
  );
}
