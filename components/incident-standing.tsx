import type { Severity } from '#lib/model/finding.ts';
import { durationText } from './duration-text.ts';
import { IncidentTimer } from './incident-timer.tsx';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import { toneOfSeverity, wordOfSeverity } from './ui/tone.ts';

/** How an incident stands. Instants are milliseconds since the epoch. */
export interface IncidentStandingItem {
  readonly state: 'firing' | 'acknowledged' | 'recovering' | 'resolved';
  readonly severity: Severity;
  readonly firstSeen: number;
  readonly resolvedAt: number | null;
  /** Who has it; null: nobody. */
  readonly owner: string | null;
  /** As the reader may see it; null: not counted, or nobody. */
  readonly accounts: string | null;
  readonly unstable: boolean;
  /** 1: it was never there before. */
  readonly instance: number;
  /** The time before; null: there was none, or it is not kept. */
  readonly previous: { readonly id: string; readonly resolvedAt: number | null } | null;
}

const words: Readonly<Record<IncidentStandingItem['state'], string>> = {
  firing: 'Firing',
  acknowledged: 'Acknowledged',
  recovering: 'Recovering: looks better, being confirmed',
  resolved: 'Resolved',
};

function Reopened({ item, now }: { readonly item: IncidentStandingItem; readonly now: number }) {
  const { instance, previous } = item;
  if (instance === 1) return null;
  const word = `Reopened: here for the ${ordinal(instance)} time`;
  if (previous === null) return <span>{word}</span>;
  return (
    <span>
      {word},{' '}
      <Link href={`/incidents/${previous.id}`} className="link">
        {previous.resolvedAt === null ? 'the last one' : 'the last one ended'}
      </Link>{' '}
      {previous.resolvedAt === null ? null : <TimeStamp at={previous.resolvedAt} now={now} form="relative" />}
    </span>
  );
}

function ordinal(count: number): string {
  const suffixes: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' };
  return `${String(count)}${suffixes[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)] ?? 'th'}`;
}

/** State, how long by now, who has it and whom it hits, in a line. */
export function IncidentStanding({ item, now }: { readonly item: IncidentStandingItem; readonly now: number }) {
  const { state, severity, firstSeen, resolvedAt, owner, accounts, unstable } = item;
  const over = state === 'resolved';
  return (
    <>
      <ToneLabel tone={over ? 'ok' : toneOfSeverity[severity]} look="chip">
        {over ? 'Resolved' : wordOfSeverity[severity]}
      </ToneLabel>
      {over ? null : <span className="font-medium text-text">{words[state]}</span>}
      <span>
        {resolvedAt === null ? 'for ' : 'lasted '}
        {resolvedAt === null ? (
          <IncidentTimer since={firstSeen} now={now} />
        ) : (
          <span className="font-medium">{durationText(resolvedAt - firstSeen)}</span>
        )}
        , since <TimeStamp at={firstSeen} now={now} form="absolute" />
      </span>
      <span>
        {owner === null ? (
          over ? (
            'nobody took it'
          ) : (
            'with nobody yet'
          )
        ) : (
          <>
            with <ForeignText text={owner} maxLength={100} />
          </>
        )}
      </span>
      {accounts === null ? null : <span>{accounts} accounts at risk</span>}
      <Reopened item={item} now={now} />
      {unstable && !over ? (
        <span>Comes and goes: it stays open until it was gone for half an hour, and is told once.</span>
      ) : null}
    </>
  );
}

/** That another incident speaks for this one. */
export function IncidentRoot({
  root,
  isSubject,
}: {
  readonly root: { readonly id: string; readonly title: string };
  readonly isSubject: boolean;
}) {
  return (
    <div className="mb-6">
      <Banner tone="info">
        {isSubject ? 'One of the places of' : 'Probably comes from'}{' '}
        <Link href={`/incidents/${root.id}`} className="link">
          <ForeignText text={root.title} maxLength={200} />
        </Link>
        .{' '}
        {isSubject
          ? 'Alerts and acknowledgements are about that incident.'
          : 'Nobody is told of this one while that lasts. If it is still there afterwards, it is told then.'}
      </Banner>
    </div>
  );
}
