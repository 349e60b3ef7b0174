import type { Verdict } from '#lib/model/finding.ts';
import type { HeartbeatSlot } from '#lib/now/heartbeat-slots.ts';
import { HeartbeatStrip } from './heartbeat-strip.tsx';
import { Link } from './ui/link.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

/** How many findings one rule pack and the other call this. */
export interface LensCount {
  readonly verdict: Extract<Verdict, 'crit' | 'fail' | 'warn' | 'info'>;
  readonly draft: number;
  readonly current: number;
}

function Lens({
  title,
  counts,
}: {
  readonly title: string;
  readonly counts: readonly (readonly [LensCount['verdict'], number])[];
}) {
  const found = counts.filter(([, count]) => count > 0);
  return (
    <div>
      <dt className="text-sm text-muted">{title}</dt>
      <dd className="flex flex-wrap gap-x-4">
        {found.length === 0 ? <span>nothing holds against it</span> : null}
        {found.map(([verdict, count]) => (
          <ToneLabel key={verdict} tone={toneOfVerdict[verdict]}>
            {count} {wordOfVerdict[verdict].toLowerCase()}
          </ToneLabel>
        ))}
      </dd>
    </div>
  );
}

/** How a domain stands by either rule pack, and how it was lately. */
export function DomainFacts({
  lenses,
  conformanceHref,
  beats,
}: {
  readonly lenses: readonly LensCount[];
  readonly conformanceHref: string;
  readonly beats: { readonly from: number; readonly to: number; readonly slots: readonly HeartbeatSlot[] };
}) {
  return (
    <div className="grid gap-x-8 gap-y-4 rounded-lg border border-line bg-surface p-4 shadow-(--shadow) md:grid-cols-2">
      <div>
        <dl className="space-y-2">
          <Lens title="By the draft of 2015" counts={lenses.map(({ verdict, draft }) => [verdict, draft])} />
          <Lens
            title="By current practice (RFC 8314)"
            counts={lenses.map(({ verdict, current }) => [verdict, current])}
          />
        </dl>
        <p className="mt-2 text-sm">
          <Link href={conformanceHref} className="link">
            Requirement by requirement
          </Link>
        </p>
      </div>
      <div className="min-w-0">
        <HeartbeatStrip label="Last 30 days" {...beats} />
      </div>
    </div>
  );
}
