import type { RolloverLight as Light } from '#lib/dane/rollover.ts';
import { toneOfLight, wordOfLight } from './rollover-words.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';

/** Whether the new certificate may be deployed at this moment: one word, a shape of its own, and when that changes. */
export function RolloverLight({
  light,
  why,
  greenAt,
  now,
}: {
  readonly light: Light;
  readonly why: string;
  /** Milliseconds since the epoch; null: waiting alone does not turn it green. */
  readonly greenAt: number | null;
  readonly now: number;
}) {
  const tone = toneOfLight[light];
  return (
    <div
      role="status"
      className={`tone-${tone} tone-fill flex flex-wrap items-center gap-x-5 gap-y-2 rounded-lg border px-5 py-4`}
    >
      <ToneIcon tone={tone} size={44} />
      <div className="min-w-0 flex-1 basis-60">
        <p className="text-sm">Deploy now?</p>
        <p className="text-2xl font-semibold tracking-tight">{wordOfLight[light]}</p>
        <p>
          <ForeignText text={why} maxLength={1000} />
        </p>
        {greenAt === null ? null : (
          <p className="mt-1 font-medium">
            Turns green <TimeStamp at={greenAt} now={now} />
          </p>
        )}
      </div>
    </div>
  );
}
