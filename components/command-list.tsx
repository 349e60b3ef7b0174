import { ForeignText } from './ui/foreign-text.tsx';

/** Commands for a shell, one a line, each to be copied as it stands. What strangers wrote is quoted and visible in them. */
export function CommandList({ commands }: { readonly commands: readonly string[] }) {
  return (
    <ul className="space-y-1.5">
      {commands.map((command) => (
        <li key={command}>
          <code className="block rounded-md border border-line bg-sunken px-2.5 py-1.5 font-mono text-xs [overflow-wrap:anywhere] whitespace-pre-wrap select-all">
            <ForeignText text={command} maxLength={2000} />
          </code>
        </li>
      ))}
    </ul>
  );
}
