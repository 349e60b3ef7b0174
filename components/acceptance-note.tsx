import type { Acceptance } from '#lib/model/acceptance.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** Who accepts a finding, until when and why. */
export function AcceptanceNote({ acceptance, now }: { readonly acceptance: Acceptance; readonly now: number }) {
  return (
    <>
      Accepted by <ForeignText text={acceptance.by} maxLength={200} /> until{' '}
      <TimeStamp at={acceptance.until} now={now} form="absolute" />: <ForeignText text={acceptance.reason} />
    </>
  );
}
