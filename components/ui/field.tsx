import type { ComponentProps, ReactNode } from 'react';

const box =
  'min-h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-base placeholder:text-muted disabled:opacity-60';

/** The label above an input and the hint below it. */
function Labelled({
  label,
  hint,
  name,
  children,
}: {
  readonly label: string;
  readonly hint: string | undefined;
  readonly name: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="min-w-44 flex-1">
      <label htmlFor={`field-${name}`} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <p id={`hint-${name}`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A labelled text input; `hint` is read with it. */
export function Field({
  label,
  hint,
  name,
  ...input
}: { readonly label: string; readonly hint?: string; readonly name: string } & ComponentProps<'input'>) {
  return (
    <Labelled label={label} hint={hint} name={name}>
      <input
        id={`field-${name}`}
        name={name}
        className={box}
        aria-describedby={hint === undefined ? undefined : `hint-${name}`}
        {...input}
      />
    </Labelled>
  );
}

/** A labelled choice; `hint` is read with it. */
export function Choice({
  label,
  hint,
  name,
  options,
  defaultValue,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly name: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  /** The first option where it is not given. */
  readonly defaultValue?: string;
}) {
  return (
    <Labelled label={label} hint={hint} name={name}>
      <select
        id={`field-${name}`}
        name={name}
        className={box}
        defaultValue={defaultValue}
        aria-describedby={hint === undefined ? undefined : `hint-${name}`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** A labelled box for text of several lines; `hint` is read with it. */
export function TextArea({
  label,
  hint,
  name,
  ...input
}: { readonly label: string; readonly hint?: string; readonly name: string } & ComponentProps<'textarea'>) {
  return (
    <Labelled label={label} hint={hint} name={name}>
      <textarea
        id={`field-${name}`}
        name={name}
        rows={6}
        spellCheck={false}
        className={`${box} py-2 font-mono text-xs`}
        aria-describedby={hint === undefined ? undefined : `hint-${name}`}
        {...input}
      />
    </Labelled>
  );
}
