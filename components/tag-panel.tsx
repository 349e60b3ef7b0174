import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { Panel } from './ui/panel.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

interface ProofItem {
  readonly state: 'holds' | 'broken' | 'unseen';
  /** Why not; null where it holds. */
  readonly why: string | null;
}

/** One tag at one address. */
export interface TagItem {
  readonly address: string;
  readonly tag: string;
  readonly promised: 'now' | 'ever' | 'never';
  /** Under the rules of the draft and of today; null: nobody can prove this tag from outside. */
  readonly proof: { readonly draft: ProofItem; readonly current: ProofItem } | null;
}

const promisedWord = {
  now: 'advertised now',
  ever: 'promised before',
  never: 'never promised',
} as const;

function Proof({
  proof,
  promised,
  stale,
}: {
  readonly proof: ProofItem;
  readonly promised: TagItem['promised'];
  readonly stale: boolean;
}) {
  const was = stale ? 'was: ' : '';
  switch (proof.state) {
    case 'holds':
      return <ToneLabel tone={stale ? 'unknown' : 'ok'}>{was}proven</ToneLabel>;
    case 'unseen':
    case 'broken':
      return (
        <div className="max-w-96">
          {proof.state === 'unseen' ? (
            <ToneLabel tone="unknown">not known</ToneLabel>
          ) : (
            <ToneLabel tone={stale ? 'unknown' : promised === 'never' ? 'info' : 'crit'}>{was}not proven</ToneLabel>
          )}
          {proof.why === null ? null : (
            <span className="block text-sm text-muted">
              <ForeignText text={proof.why} maxLength={300} />
            </span>
          )}
        </div>
      );
  }
}

/** What each address of an endpoint promises with its DEEP status, and what it proves. */
export function TagPanel({ items, stale }: { readonly items: readonly TagItem[]; readonly stale: boolean }) {
  if (items.length === 0) return null;
  const columns = ['Address', 'Tag', 'Promised', 'By the draft of 2015', 'By the rules of today'];
  return (
    <Panel
      title="Security tags: promised and proven"
      aside={
        <Link href="/commitments" className="link">
          All promises
        </Link>
      }
      flush
    >
      <DataTable caption="Security tags by address" columns={columns}>
        {items.map((item, index) => (
          <tr key={`${item.address} ${item.tag}`}>
            <Cell mono>
              {items[index - 1]?.address === item.address ? (
                <span className="sr-only">{item.address}</span>
              ) : (
                <ForeignText text={item.address} maxLength={64} />
              )}
            </Cell>
            <Cell mono>
              <span className="whitespace-nowrap">
                <ForeignText text={item.tag} maxLength={64} />
              </span>
            </Cell>
            <Cell>
              <span className={`text-sm whitespace-nowrap ${item.promised === 'never' ? 'text-muted' : 'font-medium'}`}>
                {promisedWord[item.promised]}
              </span>
            </Cell>
            {item.proof === null ? (
              <>
                <Cell>
                  <span className="text-sm text-muted">an unknown tag: nobody can prove it from outside</span>
                </Cell>
                <Cell>
                  <span className="text-sm text-muted">the same</span>
                </Cell>
              </>
            ) : (
              <>
                <Cell>
                  <Proof proof={item.proof.draft} promised={item.promised} stale={stale} />
                </Cell>
                <Cell>
                  <Proof proof={item.proof.current} promised={item.promised} stale={stale} />
                </Cell>
              </>
            )}
          </tr>
        ))}
      </DataTable>
    </Panel>
  );
}
