import { certificateNotReloaded } from '../checks/certificate-not-reloaded.ts';
import { frontAndBackend } from '../checks/front-and-backend.ts';
import { lostAfterChange } from '../checks/lost-after-change.ts';
import { unexpectedChange } from '../checks/unexpected-change.ts';
import type { Judgement, Verdict } from '../model/finding.ts';
import { stricterVerdict } from '../model/finding.ts';

/*
 * Judging kept runs again. A span tells what was the same from its first to its last sighting: between two changes, one
 * run stands for all.
 */

/** A span, by its times; all instants in milliseconds since the epoch. */
export interface SpanTimes {
  readonly id: string;
  readonly kind: string;
  readonly address: string;
  readonly vantage: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** The time between two changes, and the spans that a run in it consists of. */
export interface Segment {
  readonly vantage: string;
  readonly from: number;
  readonly until: number;
  readonly spans: readonly SpanTimes[];
}

/**
 * Cuts the spans of one subject at every change since an instant. Only what has a span of the kind `whole` is a run: all
 * others lie in a gap in which nobody looked.
 */
export function cutAtChanges(spans: readonly SpanTimes[], about: { readonly since: number; readonly whole: string }) {
  const { since, whole } = about;
  const segments: Segment[] = [];
  for (const vantage of new Set(spans.map((span) => span.vantage))) {
    const own = spans.filter((span) => span.vantage === vantage && span.lastSeen >= since);
    const starts = new Set(own.map(({ firstSeen }) => Math.max(firstSeen, since)));
    for (const from of [...starts].toSorted((a, b) => a - b)) {
      const valid = own.filter(({ firstSeen, lastSeen }) => firstSeen <= from && from <= lastSeen);
      if (!valid.some(({ kind }) => kind === whole)) continue;
      const until = Math.min(...valid.map(({ lastSeen }) => lastSeen));
      segments.push({ vantage, from, until, spans: valid });
    }
  }
  return segments;
}

/** A finding as it was recorded. */
export interface RecordedFinding {
  readonly code: string;
  readonly verdict: Verdict;
  /** '' where it is about the subject as a whole. */
  readonly address: string;
  readonly firstSeen: number;
  /** Null: it holds still. */
  readonly endedAt: number | null;
}

/** Where today's checks say something else than was recorded. */
export interface VerdictDifference {
  readonly code: string;
  readonly address: string | null;
  /** Null: nothing was recorded. */
  readonly recorded: Verdict | null;
  /** Null: nothing would be found. */
  readonly today: Verdict | null;
  readonly from: number;
  readonly until: number;
}

/** From what a run saw to what was written about it. */
const writingMs = 5_000;

/**
 * Codes that hang on what is not kept for each time: what an endpoint was compared with, what other servers showed. They
 * are left out, so that nobody takes them for gone.
 */
const beyondOneRun: ReadonlySet<string> = new Set([
  ...[lostAfterChange, unexpectedChange, certificateNotReloaded, frontAndBackend].flatMap(({ findings }) =>
    findings.map(({ code }) => code),
  ),
  'tlsa-orphan',
]);

/**
 * Compares what was recorded in a segment with what today's checks say at its begin and at its end: a dated finding may
 * have begun in between. What they cannot decide is left out, and so is what hangs on more than one run.
 */
export function compareVerdicts(
  segment: Pick<Segment, 'from' | 'until'>,
  judged: { readonly recorded: readonly RecordedFinding[]; readonly today: readonly (readonly Judgement[])[] },
): readonly VerdictDifference[] {
  const { from, until } = segment;
  const recorded = judged.recorded.filter(
    ({ firstSeen, endedAt }) => firstSeen <= until + writingMs && (endedAt === null || endedAt > from + writingMs),
  );
  const today = new Map<string, { verdicts: Verdict[]; undecided: boolean }>();
  for (const { code, subject, verdict } of judged.today.flat()) {
    const address = subject.kind === 'endpoint' ? (subject.address ?? '') : '';
    const entry = today.get(`${code} ${address}`) ?? { verdicts: [], undecided: false };
    if (isFound(verdict)) entry.verdicts.push(verdict);
    if (verdict === 'inconclusive') entry.undecided = true;
    today.set(`${code} ${address}`, entry);
  }
  const keys = new Set([...today.keys(), ...recorded.map(({ code, address }) => `${code} ${address}`)]);
  return [...keys].toSorted().flatMap((key): readonly VerdictDifference[] => {
    const [code = '', address = ''] = key.split(' ');
    if (beyondOneRun.has(code)) return [];
    const before = recorded.filter((finding) => `${finding.code} ${finding.address}` === key);
    const { verdicts, undecided } = today.get(key) ?? { verdicts: [], undecided: false };
    const found = verdicts.length === 0 ? null : verdicts.reduce(stricterVerdict);
    const was = before.length === 0 ? null : before.map(({ verdict }) => verdict).reduce(stricterVerdict);
    const same = was === null ? found === null : verdicts.includes(was);
    if (same || (found === null && undecided)) return [];
    return [{ code, address: address === '' ? null : address, recorded: was, today: found, from, until }];
  });
}

/** The same differences in one after the other as one. */
export function joinDifferences(differences: readonly VerdictDifference[]): readonly VerdictDifference[] {
  const joined = new Map<string, VerdictDifference>();
  for (const item of differences) {
    const key = [item.code, item.address, item.recorded, item.today].join(' ');
    const known = joined.get(key);
    joined.set(
      key,
      known === undefined
        ? item
        : { ...known, from: Math.min(known.from, item.from), until: Math.max(known.until, item.until) },
    );
  }
  return [...joined.values()];
}

function isFound(verdict: Verdict): boolean {
  return verdict === 'info' || verdict === 'warn' || verdict === 'fail' || verdict === 'crit';
}
