import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import type { Tone } from './ui/tone.ts';
import { ToneLabel } from './ui/tone-label.tsx';

/** What a recursive resolver says of one question, beside our own verdict. */
export interface OpinionItem {
  readonly name: string;
  readonly type: string;
  readonly server: string;
  /** Rcode, AD bit and extended errors, or why no answer came. */
  readonly said: readonly string[];
  /** Our own verdict; null: there is none. */
  readonly ours: { readonly tone: Tone; readonly word: string } | null;
  readonly agreement: 'agrees' | 'disagrees' | 'not-comparable';
}

/** The cross-check: a resolver's opinion is evidence and never decides. */
export function ResolverTable({ items, stale }: { readonly items: readonly OpinionItem[]; readonly stale: boolean }) {
  return (
    <DataTable caption="What a resolver says" columns={['Question', 'We say', 'The resolver says', 'Together']}>
      {items.map((item, index) => (
        <tr key={index}>
          <Cell mono>
            <span className="block min-w-40 text-xs">
              {item.type}
              <span className="block text-muted">
                <ForeignText text={item.name} maxLength={120} />
              </span>
            </span>
          </Cell>
          <Cell>
            {item.ours === null ? (
              <span className="text-sm text-muted">nothing</span>
            ) : (
              <ToneLabel tone={item.ours.tone}>{item.ours.word}</ToneLabel>
            )}
          </Cell>
          <Cell>
            <span className="block min-w-40 text-sm">
              <ForeignText text={item.said.join(', ')} maxLength={400} />
              <span className="block font-mono text-xs text-muted">
                <ForeignText text={item.server} maxLength={80} />
              </span>
            </span>
          </Cell>
          <Cell>
            {item.agreement === 'disagrees' ? (
              <ToneLabel tone={stale ? 'unknown' : 'warn'}>disagrees</ToneLabel>
            ) : (
              <span className="text-sm whitespace-nowrap text-muted">
                {item.agreement === 'agrees' ? 'agrees' : 'cannot be compared'}
              </span>
            )}
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
