import type { ReportSource, ReportSources } from '#workers/store/census/report-sources.ts';

/** How long a source is believed to be what it was; a revoked one is refused by the commit anyway. */
const freshMs = 5_000;
const maxKept = 1_000;
/** How many seconds' worth a source may send at once. */
const burstSeconds = 10;

/** Sources by their token, asked for once in a while, and how much each may still send. */
export interface SourceBook {
  /** Null: nobody's token. */
  readonly find: (token: string) => Promise<ReportSource | null>;
  /** Takes reports off the allowance; gives the seconds until the source may send again, 0: it may now. */
  readonly spend: (source: ReportSource, reports: number) => number;
}

interface Allowance {
  readonly reports: number;
  readonly at: number;
}

/** Opens the book. What a source sends beyond its allowance it pays off before the next batch. */
export function openSourceBook(sources: Pick<ReportSources, 'byToken'>, now: () => number): SourceBook {
  const known = new Map<string, { readonly source: ReportSource | null; readonly at: number }>();
  const allowances = new Map<number, Allowance>();
  return {
    find: async (token) => {
      const kept = known.get(token);
      if (kept !== undefined && now() - kept.at < freshMs) return kept.source;
      const source = await sources.byToken(token);
      if (known.size >= maxKept) known.clear();
      known.set(token, { source, at: now() });
      return source;
    },
    spend: ({ number, perSecond }, reports) => {
      const full = perSecond * burstSeconds;
      const { reports: before, at } = allowances.get(number) ?? { reports: full, at: now() };
      const left = Math.min(full, before + ((now() - at) / 1000) * perSecond);
      const mayGo = left > 0;
      allowances.set(number, { reports: mayGo ? left - reports : left, at: now() });
      return mayGo ? 0 : Math.max(1, Math.ceil(-left / perSecond));
    },
  };
}
