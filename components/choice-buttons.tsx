/** A choice that a cookie remembers: buttons of a form, so that it works without JavaScript. */
export function ChoiceButtons({
  label,
  name,
  options,
  current,
  action,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly current: string;
  readonly action: (form: FormData) => Promise<void>;
}) {
  return (
    <form action={action} className="inline-flex rounded-md border border-line bg-sunken p-0.5" aria-label={label}>
      {options.map(({ value, text }) => (
        <button
          key={value}
          type="submit"
          name={name}
          value={value}
          aria-pressed={current === value}
          className={`min-h-6 cursor-pointer rounded px-2 text-xs ${
            current === value ? 'bg-surface font-medium text-text shadow-(--shadow)' : 'text-muted hover:text-text'
          }`}
        >
          {text}
        </button>
      ))}
    </form>
  );
}
