'use client';

import { byteSize } from '#lib/model/byte-size.ts';
import { RangeField } from './ui/range-field.tsx';

/** How long a kind of history is kept, and about how much room that takes: as much a day as until now. */
export function RetentionField({
  bytesPerDay,
  ...field
}: {
  readonly label: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly defaultValue: number;
  readonly disabled: boolean;
  /** Null: too little is there to tell. */
  readonly bytesPerDay: number | null;
}) {
  return (
    <RangeField
      {...field}
      unit="days"
      step={1}
      describe={
        bytesPerDay === null
          ? () => 'Too young to estimate what that takes.'
          : (days) => `About ${byteSize(bytesPerDay * days)} once so many days are there.`
      }
    />
  );
}
