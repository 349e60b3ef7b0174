import { shortcutWords } from './shortcut-words.ts';

/** The keys and what they do. */
export function ShortcutTable() {
  return (
    <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-2">
      {shortcutWords.map(({ keys, text }) => (
        <div key={keys} className="flex min-h-7 items-center gap-3">
          <dt className="w-28 shrink-0">
            <kbd className="rounded border border-line-strong/60 bg-sunken px-1.5 py-0.5 font-mono text-xs">{keys}</kbd>
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
