const themes = [
  { value: 'system', text: 'System' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
] as const;

/** Light, dark or as the system is: three buttons of a form, so that it works without JavaScript. */
export function ThemeChoice({
  current,
  action,
}: {
  readonly current: string;
  readonly action: (form: FormData) => Promise<void>;
}) {
  return (
    <form action={action} className="inline-flex rounded-md border border-line bg-sunken p-0.5" aria-label="Colours">
      {themes.map(({ value, text }) => (
        <button
          key={value}
          type="submit"
          name="theme"
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
