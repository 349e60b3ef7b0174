'use client';

import { useId, useState } from 'react';

/**
 * A number that one may drag or type. What is sent is the typed one, under `name`: it works without JavaScript, and the
 * slider moves in steps while the box takes every whole number from `min` to `max`.
 */
export function RangeField({
  label,
  hint,
  unit,
  name,
  min,
  max,
  step,
  defaultValue,
  disabled = false,
  describe,
}: {
  readonly label: string;
  readonly hint?: string;
  /** After the number: `days`. */
  readonly unit: string;
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly defaultValue: number;
  readonly disabled?: boolean;
  /** Says what the number means, while it changes. */
  readonly describe?: (value: number) => string;
}) {
  const [text, setText] = useState(String(defaultValue));
  const id = useId();
  const value = Number(text);
  return (
    <div className="min-w-0">
      <label htmlFor={`${id}-number`} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className="flex items-center gap-3">
        <input
          type="range"
          aria-label={`${label}, slider`}
          aria-valuetext={`${text} ${unit}`}
          className="h-6 min-w-0 flex-1 cursor-pointer accent-accent disabled:cursor-default"
          value={Number.isFinite(value) ? value : min}
          onChange={(event) => setText(event.target.value)}
          {...{ min, max, step, disabled }}
        />
        <span className="flex items-center gap-1.5 whitespace-nowrap">
          <input
            id={`${id}-number`}
            type="number"
            className="min-h-9 w-24 rounded-md border border-line-strong bg-surface px-2 text-right text-base tabular-nums disabled:opacity-60"
            aria-describedby={hint === undefined ? undefined : `${id}-hint`}
            value={text}
            onChange={(event) => setText(event.target.value)}
            required
            {...{ name, min, max, disabled }}
          />
          <span className="text-sm text-muted">{unit}</span>
        </span>
      </div>
      {describe === undefined || !Number.isFinite(value) ? null : (
        <output htmlFor={`${id}-number`} className="mt-1 block text-sm text-muted">
          {describe(value)}
        </output>
      )}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
