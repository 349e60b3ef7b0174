import type { DraftStatement } from '#lib/draft/statement.ts';
import type { Acceptance } from '#lib/model/acceptance.ts';
import type { PackVerdicts, Verdict } from '#lib/model/finding.ts';
import { AcceptanceNote } from './acceptance-note.tsx';
import { CommandList } from './command-list.tsx';
import { packLine } from './pack-words.ts';
import { Badge } from './ui/badge.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface FindingItem {
  readonly id: string;
  readonly code: string;
  readonly verdict: Verdict;
  /** What the rule packs say; null: both say `verdict`. */
  readonly packs: PackVerdicts | null;
  /** Null: nobody accepts it. */
  readonly acceptance: Acceptance | null;
  readonly title: string;
  readonly expected: string;
  readonly got: string;
  /** Empty where it was said before, on another address. */
  readonly fix: string;
  readonly refs: readonly string[];
  /** The address that shows it; null: it is about the whole. */
  readonly address: string | null;
  /** What of the draft it speaks of. */
  readonly statements: readonly DraftStatement[];
  /** Where the bytes are that it rests on; null: on no page. */
  readonly evidenceHref: string | null;
  /** Commands that show it. */
  readonly commands: readonly string[];
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** When it was seen last, if the latest look could not tell; null: the latest look saw it. */
  readonly notSeenSince: number | null;
}

/** The part of a page that shows what is found of a code at an address, for who does not know the finding's id. */
export function findingAnchor({ code, address }: Pick<FindingItem, 'code' | 'address'>): string {
  return address === null ? code : `${code}-${address}`;
}

/** Findings that hold: what was expected, what came, since when, what to do. `maySign`: whether to offer to accept one. */
export function FindingList({
  items,
  now,
  maySign = false,
}: {
  readonly items: readonly FindingItem[];
  readonly now: number;
  readonly maySign?: boolean;
}) {
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} id={`finding-${item.id}`} className="flex gap-3 px-4 py-3">
          <span id={findingAnchor(item)} className="mt-0.5">
            <ToneIcon tone={toneOfVerdict[item.verdict]} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="font-medium">
              <span className={`tone-${toneOfVerdict[item.verdict]} tone-text mr-2 text-sm font-semibold`}>
                {wordOfVerdict[item.verdict]}
              </span>
              <ForeignText text={item.title} maxLength={200} />
              {item.notSeenSince === null ? null : (
                <span className="ml-2 inline-block align-middle">
                  <Badge dashed>not seen this time</Badge>
                </span>
              )}
            </p>
            <dl className="mt-1.5 grid sm:grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-sm">
              <dt className="text-muted">Expected</dt>
              <dd>
                <ForeignText text={item.expected} />
              </dd>
              <dt className="text-muted">Got</dt>
              <dd>
                <ForeignText text={item.got} />
              </dd>
              {item.packs === null ? null : (
                <>
                  <dt className="text-muted">By rules</dt>
                  <dd>{packLine(item.packs)}</dd>
                </>
              )}
              {item.acceptance === null ? null : (
                <>
                  <dt className="text-muted">Exception</dt>
                  <dd>
                    <AcceptanceNote acceptance={item.acceptance} now={now} />
                  </dd>
                </>
              )}
              {item.address === null ? null : (
                <>
                  <dt className="text-muted">At</dt>
                  <dd className="font-mono">{item.address}</dd>
                </>
              )}
              <dt className="text-muted">Since</dt>
              <dd>
                <TimeStamp at={item.since} now={now} />
              </dd>
              {item.notSeenSince === null ? null : (
                <>
                  <dt className="text-muted">Last seen</dt>
                  <dd>
                    <TimeStamp at={item.notSeenSince} now={now} />; the latest look could not tell
                  </dd>
                </>
              )}
              {item.fix === '' ? null : (
                <>
                  <dt className="text-muted">To do</dt>
                  <dd className="max-w-prose">
                    <ForeignText text={item.fix} maxLength={2000} />
                  </dd>
                </>
              )}
            </dl>
            <FindingDetail item={item} maySign={maySign} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** How to see it with one's own eyes, and what it rests on. */
function FindingDetail({ item, maySign }: { readonly item: FindingItem; readonly maySign: boolean }) {
  return (
    <details className="mt-1.5 text-sm">
      <summary className="w-fit text-muted hover:text-text">Prove it, and where it is written</summary>
      {item.commands.length === 0 ? null : (
        <div className="mt-2 max-w-3xl">
          <p className="mb-1 text-muted">See for yourself</p>
          <CommandList commands={item.commands} />
        </div>
      )}
      {item.evidenceHref === null ? null : (
        <p className="mt-2">
          <a href={item.evidenceHref} className="link">
            The bytes that were sent
          </a>
        </p>
      )}
      {item.statements.length === 0 ? null : (
        <ul className="mt-2 max-w-prose space-y-1">
          {item.statements.map(({ row, statement, sections, level, today }) => (
            <li key={row}>
              <Link href={`/statements#row-${String(row)}`} className="link">
                The draft, section {sections[0]}
              </Link>
              : {statement}. <span className="text-muted">{`${level}; today: ${today}.`}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-2 text-xs text-muted">
        <Link href={`/findings/${item.code}`} className="link font-mono">
          {item.code}
        </Link>
        {item.refs.map((ref) => ` · ${ref}`)}
        {maySign ? (
          <>
            {' · '}
            <Link href={`/exceptions/new?finding=${item.id}`} className="link">
              Accept for a time
            </Link>
          </>
        ) : null}
      </p>
    </details>
  );
}
