import { ForeignText } from './ui/foreign-text.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

export interface SignalItem {
  readonly key: string;
  /** `IMAP mail.example.org` */
  readonly server: string;
  readonly tag: string;
  /** As the reader may see it. */
  readonly clients: string;
  readonly usual: string;
  readonly networks: string;
  readonly meaning: 'path' | 'many' | 'own-fault' | 'claim' | null;
}

const words: Readonly<
  Record<NonNullable<SignalItem['meaning']>, { readonly tone: Tone; readonly word: string; readonly why: string }>
> = {
  path: {
    tone: 'crit',
    word: 'Possible interception',
    why: 'many networks report, and the server is fine as we see it',
  },
  many: { tone: 'fail', word: 'Many networks', why: 'we could not look at the server' },
  'own-fault': { tone: 'fail', word: 'Our fault', why: 'we see a fault of this service too' },
  claim: { tone: 'warn', word: 'Few networks', why: 'one path, or somebody who makes it up' },
};

/** What clients report at this moment, what needs somebody first on top. */
export function SignalTable({ items }: { readonly items: readonly SignalItem[] }) {
  return (
    <DataTable
      caption="Broken latches reported in the last 20 minutes"
      columns={['Most likely', 'Server', 'Tag', 'Clients', 'Usual', 'Networks']}
    >
      {items.map(({ key, server, tag, clients, usual, networks, meaning }) => (
        <tr key={key}>
          <Cell>
            {meaning === null ? (
              <span className="text-sm text-muted">as usual</span>
            ) : (
              <>
                <ToneLabel tone={words[meaning].tone}>{words[meaning].word}</ToneLabel>
                <span className="block min-w-48 text-xs text-muted">{words[meaning].why}</span>
              </>
            )}
          </Cell>
          <Cell>
            <ForeignText text={server} maxLength={270} />
          </Cell>
          <Cell mono>
            <ForeignText text={tag} maxLength={64} />
          </Cell>
          <Cell>{clients}</Cell>
          <Cell>{usual}</Cell>
          <Cell>{networks}</Cell>
        </tr>
      ))}
    </DataTable>
  );
}
