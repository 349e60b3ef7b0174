import type { ComponentProps } from 'react';

const box =
  'min-h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-base placeholder:text-muted disabled:opacity-60';

/** A labelled text input; `hint` is read with it. */
export function Field({
  label,
  hint,
  name,
  ...input
}: { readonly label: string; readonly hint?: string; readonly name: string } & ComponentProps<'input'>) {
  return (
    <div className="min-w-44 flex-1">
      <label htmlFor={`field-${name}`} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={`field-${name}`}
        name={name}
        className={box}
        aria-describedby={hint === undefined ? undefined : `hint-${name}`}
        {...input}
      />
      {hint === undefined ? null : (
        <p id={`hint-${name}`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A labelled choice. */
export function Choice({
  label,
  name,
  options,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}) {
  return (
    <div className="min-w-44 flex-1">
      <label htmlFor={`field-${name}`} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <select id={`field-${name}`} name={name} className={box}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}
