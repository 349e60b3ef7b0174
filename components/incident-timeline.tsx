import { DeliveryState, type DeliveryProgress } from './delivery-state.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** Where an entry of a timeline comes from: a word beside each, so that one can look for a kind of them. */
export type TimelineKind = 'incident' | 'probe' | 'alert' | 'comment' | 'change';

export interface TimelineEntry {
  readonly id: string;
  readonly kind: TimelineKind;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `latchwatch`: nobody in person. */
  readonly actor: string;
  /** What else there is to say, a line each; text of anybody. */
  readonly notes: readonly string[];
  /** How far an alert is; null: it is none. */
  readonly delivery: DeliveryProgress | null;
}

const words: Readonly<Record<TimelineKind, string>> = {
  incident: 'Incident',
  probe: 'Probe',
  alert: 'Alert',
  comment: 'Comment',
  change: 'Change',
};

/** A shape for each kind: what was decided, seen, told, said, and what is not as it was. */
const dots: Readonly<Record<TimelineKind, string>> = {
  incident: 'rounded-full border-2 border-surface bg-line-strong',
  probe: 'rounded-full border-2 border-line-strong bg-surface',
  alert: 'rotate-45 border-2 border-surface bg-accent',
  comment: 'border-2 border-line-strong bg-surface',
  change: 'rotate-45 border-2 border-line-strong bg-surface',
};

const shownNotes = 8;

function Entry({ entry, now }: { readonly entry: TimelineEntry; readonly now: number }) {
  const { kind, text, at, actor, notes, delivery } = entry;
  return (
    <li className="relative">
      <span aria-hidden="true" className={`absolute top-1.5 -left-[1.6rem] size-2.5 ${dots[kind]}`} />
      <p>
        <span className="mr-2 text-xs text-muted">{words[kind]}</span>
        <span className="font-medium">
          <ForeignText text={text} maxLength={200} />
        </span>
        {actor === 'latchwatch' ? null : (
          <span className="text-muted">
            {' by '}
            <ForeignText text={actor} maxLength={100} />
          </span>
        )}
      </p>
      {notes.slice(0, shownNotes).map((note, index) => (
        <p key={index} className="max-w-prose text-sm">
          <ForeignText text={note.replaceAll(/\s+/g, ' ')} maxLength={5000} />
        </p>
      ))}
      {notes.length > shownNotes ? (
        <p className="text-sm text-muted">and {notes.length - shownNotes} more lines</p>
      ) : null}
      {delivery === null ? null : <DeliveryState item={delivery} now={now} />}
      <p className="text-sm text-muted">
        <TimeStamp at={at} now={now} />
      </p>
    </li>
  );
}

const openEntries = 25;

function Entries({ entries, now }: { readonly entries: readonly TimelineEntry[]; readonly now: number }) {
  return (
    <ol className="relative ml-1.5 space-y-4 border-l border-line pl-5">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} now={now} />
      ))}
    </ol>
  );
}

/** Everything that happened around an incident, the newest first; what is older stands behind a fold. */
export function IncidentTimeline({
  entries,
  now,
}: {
  readonly entries: readonly TimelineEntry[];
  readonly now: number;
}) {
  const older = entries.slice(openEntries);
  return (
    <>
      <Entries entries={entries.slice(0, openEntries)} now={now} />
      {older.length === 0 ? null : (
        <details className="mt-4">
          <summary className="min-h-6 cursor-pointer text-sm font-medium">{older.length} before that</summary>
          <div className="mt-3">
            <Entries entries={older} now={now} />
          </div>
        </details>
      )}
    </>
  );
}
