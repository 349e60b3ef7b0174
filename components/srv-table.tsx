import type { Reality } from '#lib/evidence/srv-reality.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

/** One SRV record, or that there is none, beside what is there. Names may be a stranger's. */
export interface SrvItem {
  readonly service: string;
  readonly owner: string;
  /** `mail.example.org:993`; null: no server is named. */
  readonly target: string | null;
  /** What is said where no server is named. */
  readonly said: string | null;
  readonly rank: { readonly priority: number; readonly weight: number } | null;
  readonly ttlSeconds: number | null;
  readonly dnssec: string | null;
  /** What the resolver says; null: it was not asked. */
  readonly ad: boolean | null;
  readonly href: string | null;
  readonly reality: Reality;
}

const looks: Readonly<Record<Reality['state'], { readonly tone: Tone; readonly word: string }>> = {
  'as-told': { tone: 'ok', word: 'As told' },
  drift: { tone: 'warn', word: 'Not as told' },
  dead: { tone: 'fail', word: 'Dead' },
  unknown: { tone: 'unknown', word: 'Not known' },
};

function RealityCell({ reality, stale }: { readonly reality: Reality; readonly stale: boolean }) {
  const { tone, word } = looks[reality.state];
  return (
    <div className="min-w-56">
      <ToneLabel tone={stale ? 'unknown' : tone}>{stale ? `Was: ${word.toLowerCase()}` : word}</ToneLabel>
      <ul className="text-sm text-muted">
        {reality.lines.map((line) => (
          <li key={line}>
            <ForeignText text={line} maxLength={300} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What SRV records promise, and what is there: port, TLS and certificate, in words. */
export function SrvTable({
  items,
  stale,
}: {
  readonly items: readonly SrvItem[];
  /** True: the look is old, so nothing is shown as good. */
  readonly stale: boolean;
}) {
  return (
    <DataTable
      caption="SRV records and reality"
      columns={['Service', 'Server', 'Priority, weight', 'TTL', 'DNSSEC', 'Reality']}
    >
      {items.map((item) => (
        <tr key={`${item.owner} ${item.target ?? ''} ${String(item.rank?.priority)}`}>
          <Cell>
            <span className="block whitespace-nowrap">{item.service}</span>
            <span className="block font-mono text-xs text-muted">
              <ForeignText text={item.owner} maxLength={255} />
            </span>
          </Cell>
          <Cell>
            {item.target === null ? (
              <span className="text-sm text-muted">{item.said}</span>
            ) : item.href === null ? (
              <span className="font-mono text-sm">
                <ForeignText text={item.target} />
              </span>
            ) : (
              <Link href={item.href} className="link font-mono text-sm">
                <ForeignText text={item.target} />
              </Link>
            )}
          </Cell>
          <Cell>
            {item.rank === null ? null : (
              <span className="tabular-nums">
                {item.rank.priority}, {item.rank.weight}
              </span>
            )}
          </Cell>
          <Cell>
            {item.ttlSeconds === null ? null : (
              <span className="whitespace-nowrap tabular-nums">{item.ttlSeconds} s</span>
            )}
          </Cell>
          <Cell>
            {item.dnssec === null ? null : <span className="block text-sm">{item.dnssec}</span>}
            {item.ad === null ? null : (
              <span className="block text-xs whitespace-nowrap text-muted">resolver: {item.ad ? 'AD' : 'no AD'}</span>
            )}
          </Cell>
          <Cell>
            <RealityCell reality={item.reality} stale={stale} />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
