import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** That somebody ended something before its time, who and when. Instants are milliseconds since the epoch. */
export function EndedBy(props: {
  readonly word: string;
  readonly at: number;
  /** Null: it is not known any more. */
  readonly by: string | null;
  readonly now: number;
}) {
  const { word, at, by, now } = props;
  return (
    <>
      <ToneLabel tone="unknown">{word}</ToneLabel>
      <span className="block text-xs text-muted">
        <TimeStamp at={at} now={now} form="relative" /> by <ForeignText text={by ?? 'somebody'} maxLength={100} />
      </span>
    </>
  );
}
