import { CommandList } from './command-list.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';

/** What to do about an incident, how to see it for oneself, and what the finding rests on. */
export function IncidentFix({
  code,
  fix,
  refs,
  commands,
}: {
  readonly code: string;
  readonly fix: string;
  readonly refs: readonly string[];
  /** For a shell, quoted. */
  readonly commands: readonly string[];
}) {
  return (
    <>
      <p className="max-w-prose">
        <ForeignText text={fix} maxLength={2000} />
      </p>
      {commands.length === 0 ? null : (
        <div className="mt-4">
          <h3 className="mb-1.5 text-sm font-medium">See for yourself</h3>
          <CommandList commands={commands} />
        </div>
      )}
      <p className="mt-3 text-xs text-muted">
        <Link href={`/findings/${code}`} className="link font-mono">
          {code}
        </Link>
        {refs.map((ref) => ` · ${ref}`)}
      </p>
    </>
  );
}
