import type { ReactNode } from 'react';
import { Badge } from './ui/badge.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

export interface FoundTarget {
  readonly host: string;
  /** `993`; null where the record has none (MX). */
  readonly port: number | null;
  /** `priority 10, weight 5` */
  readonly rank: string;
  /** Null: it was not asked for. */
  readonly addresses: readonly string[] | null;
  /** Why there are no addresses. */
  readonly problem: string | null;
}

export interface FoundRecord {
  /** `_imaps._tcp.example.org SRV` */
  readonly owner: string;
  readonly title: string;
  readonly outcome:
    | { readonly kind: 'targets'; readonly targets: readonly FoundTarget[]; readonly guessed: boolean }
    | { readonly kind: 'not-offered' | 'absent' }
    | { readonly kind: 'unknown'; readonly why: string };
  readonly dnssec: string | null;
  readonly ttlSeconds: number | null;
}

function Outcome({ outcome }: Pick<FoundRecord, 'outcome'>): ReactNode {
  switch (outcome.kind) {
    case 'not-offered':
      return <p className="text-muted">Not offered: the record’s target is “.”.</p>;
    case 'absent':
      return <p className="text-muted">No record.</p>;
    case 'unknown':
      return (
        <ToneLabel tone="unknown">
          Could not look: <ForeignText text={outcome.why} maxLength={200} />
        </ToneLabel>
      );
    case 'targets':
      return (
        <ul className="space-y-1">
          {outcome.targets.map((target, index) => (
            <li key={index} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
              <span className="font-mono text-sm">
                <ForeignText text={target.port === null ? target.host : `${target.host}:${target.port}`} />
              </span>
              {outcome.guessed ? <Badge dashed>guess</Badge> : null}
              {target.rank === '' ? null : <span className="text-xs text-muted">{target.rank}</span>}
              <span className="font-mono text-xs text-muted">
                {target.problem !== null ? (
                  <ForeignText text={target.problem} maxLength={200} />
                ) : (
                  <ForeignText text={(target.addresses ?? []).join(', ')} maxLength={400} />
                )}
              </span>
            </li>
          ))}
        </ul>
      );
  }
}

/** What DNS says of a domain: each question, its answer, and where the answer leads. */
export function DiscoveryTree({ records }: { readonly records: readonly FoundRecord[] }) {
  return (
    <ul className="divide-y divide-line">
      {records.map((record) => (
        <li key={record.owner} className="grid gap-x-6 gap-y-1 px-4 py-3 md:grid-cols-[minmax(14rem,18rem)_1fr]">
          <div className="min-w-0">
            <p className="font-medium">{record.title}</p>
            <p className="font-mono text-xs text-muted">
              <ForeignText text={record.owner} />
            </p>
          </div>
          <div className="min-w-0">
            <Outcome outcome={record.outcome} />
            {record.dnssec === null ? null : (
              <p className="mt-1 text-xs text-muted">
                DNSSEC {record.dnssec}
                {record.ttlSeconds === null ? '' : `, TTL ${record.ttlSeconds} s`}
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
