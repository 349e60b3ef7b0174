import type { ChangeItem } from '#components/change-list.tsx';
import type { ChangeQuestionItem } from '#components/change-question.tsx';
import { compareSets } from '#lib/drift/generic-difference.ts';
import { canonicalJson } from '#lib/model/span.ts';
import type { BaselineFacts } from '#lib/model/baseline.ts';
import type { OpenChange } from '#prisma/commands/baseline.ts';
import type { ChangeRecord } from './changes.ts';
import { compareHref } from './run-place.ts';

const parts: Readonly<Record<string, string>> = {
  addresses: 'addresses in DNS',
  tlsa: 'TLSA records',
  discovery: 'what DNS says',
  zone: 'DNS zone',
  scan: 'deep scan',
  'status-url': 'page of the DEEP status',
  decision: 'a person’s word',
};

/**
 * Changes as rows of a list; the same change of several addresses in one run is one row. `here`: the list is on the page
 * of what changed.
 */
export function changeItems(
  changes: readonly ChangeRecord[],
  { here }: { readonly here: boolean },
): readonly ChangeItem[] {
  const rows = new Map<string, readonly [ChangeRecord, ...ChangeRecord[]]>();
  for (const change of changes) {
    const { at, subject, piece, vantage, lines, decision } = change;
    const key = decision === null ? canonicalJson({ at, subject, piece, vantage, lines }) : change.id;
    const known = rows.get(key);
    rows.set(key, known === undefined ? [change] : [...known, change]);
  }
  return [...rows.values()].map((same) => changeItem(same, here));
}

function changeItem(same: readonly [ChangeRecord, ...ChangeRecord[]], here: boolean): ChangeItem {
  const [{ id, at, subject, piece, vantage, lines, decision }] = same;
  const addresses = same.flatMap(({ address }) => address ?? []).toSorted();
  const named = parts[piece] ?? piece;
  return {
    id,
    at: at.getTime(),
    subject: subject.kind === 'endpoint' ? `${subject.host}:${String(subject.port)}` : subject.name,
    href: here ? null : hrefOf(subject),
    part: [...addresses, ...(piece === 'session' ? [] : [named])].join(', '),
    lines,
    vantage,
    compareHref: compareHrefOf({ at, subject, piece, vantage }),
    decision,
  };
}

/** The run of the change and the one before it, where both are of an endpoint. */
function compareHrefOf({ at, subject, piece, vantage }: Pick<ChangeRecord, 'at' | 'subject' | 'piece' | 'vantage'>) {
  if (subject.kind !== 'endpoint' || !['addresses', 'session', 'tlsa'].includes(piece)) return null;
  return compareHref(subject.id, { before: new Date(at.getTime() - 1), after: at, vantage });
}

function hrefOf(subject: ChangeRecord['subject']): string {
  switch (subject.kind) {
    case 'endpoint':
      return `/endpoints/${subject.id}`;
    case 'domain':
      return `/domains/${subject.name}`;
    case 'zone':
      return `/zones/${subject.name}`;
  }
}

const maxListed = 5;

/** The question that an open change is. */
export function changeQuestionItem({ before, after, rejected }: OpenChange): ChangeQuestionItem {
  const row = (what: string, show: (facts: BaselineFacts) => string) => ({
    what,
    before: show(before),
    after: show(after),
  });
  const list = (items: readonly string[]) =>
    items.length === 0
      ? 'none'
      : items.length > maxListed
        ? `${items.slice(0, maxListed).join(', ')} and ${String(items.length - maxListed)} more`
        : items.join(', ');
  const { added, gone } = compareSets(before.names, after.names);
  const rows = [
    row('Key (SHA-256)', ({ keys }) => list(keys.map((key) => `${key.slice(0, 16)}…`))),
    row('Issuer', ({ issuers }) => list(issuers)),
    { what: 'Names', before: list(gone), after: list(added) },
    row('TLS version', ({ tlsVersion }) => tlsVersion ?? 'none'),
    row('STARTTLS', ({ starttls }) => (starttls === null ? 'not meant here' : starttls ? 'offered' : 'not offered')),
  ];
  return {
    rows: rows.filter((item) => item.before !== item.after),
    rejected: rejected === null ? null : { by: rejected.by, at: rejected.at },
  };
}
