import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface ChangeItem {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What changed, e.g. `mail.example.org:993`. */
  readonly subject: string;
  /** Its page; null where the list is on that page. */
  readonly href: string | null;
  /** Which part of it, in words: an address, `TLSA records`. */
  readonly part: string;
  /** One line a difference. */
  readonly lines: readonly string[];
  readonly vantage: string | null;
  /** Before and after, fact by fact; null: no page has that. */
  readonly compareHref: string | null;
  readonly decision: { readonly word: 'approved' | 'rejected'; readonly by: string; readonly note: string } | null;
}

/** What changed and what people said of it, the newest first. */
export function ChangeList({ items, now }: { readonly items: readonly ChangeItem[]; readonly now: number }) {
  return (
    <ol className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="grid gap-x-6 gap-y-1 px-4 py-3 md:grid-cols-[13rem_1fr]">
          <p className="text-sm text-muted">
            <TimeStamp at={item.at} now={now} />
          </p>
          <div className="min-w-0">
            <p className="flex flex-wrap items-baseline gap-x-2">
              {item.href === null ? null : (
                <Link href={item.href} className="link font-mono text-sm">
                  <ForeignText text={item.subject} />
                </Link>
              )}
              <span className={item.href === null ? 'font-medium' : 'text-sm text-muted'}>
                <ForeignText text={item.part} />
              </span>
              {item.vantage === null || item.vantage === 'local' ? null : (
                <span className="text-sm text-muted">seen from {item.vantage}</span>
              )}
            </p>
            {item.decision === null ? null : (
              <p className="mt-1 flex flex-wrap items-baseline gap-x-2">
                <ToneLabel tone={item.decision.word === 'approved' ? 'ok' : 'crit'}>
                  {item.decision.word === 'approved' ? 'Change approved' : 'Change rejected'}
                </ToneLabel>
                <span className="text-sm">
                  by <ForeignText text={item.decision.by} maxLength={100} />
                  {item.decision.note === '' ? null : (
                    <>
                      {': '}
                      <ForeignText text={item.decision.note} maxLength={500} />
                    </>
                  )}
                </span>
              </p>
            )}
            {item.lines.length === 0 ? null : (
              <ul className="mt-1 space-y-0.5 text-sm">
                {item.lines.map((line, index) => (
                  <li key={`${String(index)} ${line}`} className="break-words">
                    <ForeignText text={line} maxLength={300} />
                  </li>
                ))}
              </ul>
            )}
            {item.compareHref === null ? null : (
              <p className="mt-1 text-sm">
                <Link href={item.compareHref} className="link">
                  Before and after
                </Link>
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
