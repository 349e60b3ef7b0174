import type { SourceItem } from '../source-item.ts';
import { SourceLight } from '../source-light.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Panel } from '../ui/panel.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';
import { SourceForm, type SourceFormState } from './source-form.tsx';

/** What mail programs say of themselves: the configuration to copy, and a light that waits for the first report. */
export function ReportsCard({
  sources,
  now,
  name,
  action,
}: {
  /** Those that are in use, the newest first. */
  readonly sources: readonly SourceItem[];
  readonly now: number;
  /** What a new one is called at first. */
  readonly name: string;
  /** Null: whoever looks may not make one. */
  readonly action: ((state: SourceFormState, form: FormData) => Promise<SourceFormState>) | null;
}) {
  return (
    <Panel title="What do mail programs hold?">
      <div className="space-y-4">
        <p className="text-muted">
          The logs of your mail servers tell which programs customers use and what these insist on. With them a change
          can be judged before it locks anybody out.
        </p>
        {sources.length === 0 ? null : (
          <ul className="space-y-1.5">
            {sources.map((source) => (
              <li key={source.id} className="flex flex-wrap items-baseline gap-x-3">
                <span className="font-medium">
                  <ForeignText text={source.name} maxLength={100} />
                </span>
                <SourceLight source={source} now={now} />
                {source.lastSeenAt === null ? null : (
                  <span className="text-sm text-muted">
                    last report <TimeStamp at={source.lastSeenAt} now={now} form="relative" />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
        {action === null ? (
          <p className="text-sm text-muted">An administrator can make a source and copy its configuration.</p>
        ) : (
          <SourceForm action={action} name={name} />
        )}
      </div>
    </Panel>
  );
}
