/** Whom an incident hits, counts as the reader may see them. */
export interface IncidentImpactItem {
  /** Tags that cannot be proved meanwhile. */
  readonly tags: readonly string[];
  /** Accounts that reported the latch. */
  readonly breaks: string;
  /** Accounts that presumably hold it. */
  readonly atRisk: string;
  readonly nobody: boolean;
  /** Part of the logins, 0 to 1, whose clients tell nothing; null: none was seen. */
  readonly unknownShare: number | null;
}

/** In a sentence or two, who cannot connect while an incident lasts, and how much of that is known. */
export function IncidentImpactNote({ impact }: { readonly impact: IncidentImpactItem }) {
  const { tags, breaks, atRisk, nobody, unknownShare } = impact;
  const tagList = tags.join(', ');
  return (
    <div className="max-w-prose space-y-2">
      {nobody ? (
        <p>No account that we know of holds {tagList}. Mail programs that do not hold it go on, some with a warning.</p>
      ) : (
        <p>
          <strong>{breaks} accounts</strong> have a mail program that reported to hold <code>{tagList}</code>: it
          refuses to connect while this lasts. {atRisk} more presumably hold it and said nothing.
        </p>
      )}
      <p className="text-sm text-muted">
        {describeUnknown(unknownShare)} An account counts once for each mail program.
      </p>
    </div>
  );
}

function describeUnknown(share: number | null): string {
  if (share === null) return 'No login was seen lately, so these numbers may miss people.';
  const percent = Math.round(share * 100);
  if (percent === 0) return 'Nearly every login tells which latches it holds.';
  return `Of ${String(percent)} % of the logins nobody can tell: their programs say nothing of latches.`;
}
