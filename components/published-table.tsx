import type { ReactNode } from 'react';
import { Cell, DataTable } from './ui/data-table.tsx';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';

/** What one place says of one service. */
export type PublishedCell =
  | { readonly kind: 'servers'; readonly servers: readonly PublishedServer[] }
  /** Why there are no servers, e.g. `no record`; `tone` where that is more than a gap. */
  | { readonly kind: 'none'; readonly word: string; readonly tone: Tone | null };

export interface PublishedServer {
  /** `imap.example.org:993`, from a stranger. */
  readonly place: string;
  /** `implicit TLS` */
  readonly way: string;
  readonly tone: Tone | null;
}

export interface PublishedRow {
  readonly service: string;
  readonly srv: PublishedCell;
  readonly autoconfig: PublishedCell;
  readonly autodiscover: PublishedCell;
  readonly alive: PublishedCell;
  readonly agreement: { readonly tone: Tone; readonly word: string };
}

/** Something that other mail servers are told, in words; `detail` may be a stranger's. */
export interface PublishedPolicy {
  readonly name: string;
  readonly tone: Tone | null;
  readonly word: string;
  readonly detail: string | null;
}

function Servers({ cell }: { readonly cell: PublishedCell }): ReactNode {
  if (cell.kind === 'none') {
    return cell.tone === null ? (
      <span className="text-sm text-muted">{cell.word}</span>
    ) : (
      <ToneLabel tone={cell.tone}>{cell.word}</ToneLabel>
    );
  }
  return (
    <ul className="space-y-1">
      {cell.servers.map(({ place, way, tone }) => (
        <li key={`${place} ${way}`} className="min-w-40">
          <span className="font-mono text-sm">
            <ForeignText text={place} maxLength={120} />
          </span>
          <br />
          {tone === null ? <span className="text-xs text-muted">{way}</span> : <ToneLabel tone={tone}>{way}</ToneLabel>}
        </li>
      ))}
    </ul>
  );
}

/** What clients and other mail servers are told in each place, side by side with what is alive. */
export function PublishedTable({
  rows,
  policies,
}: {
  readonly rows: readonly PublishedRow[];
  readonly policies: readonly PublishedPolicy[];
}) {
  return (
    <>
      <DataTable
        caption="What clients are told"
        columns={['Service', 'Agree?', 'SRV records', 'autoconfig', 'autodiscover', 'Watched servers']}
      >
        {rows.map((row) => (
          <tr key={row.service}>
            <th scope="row" className="px-4 py-2.5 align-top font-medium">
              {row.service}
            </th>
            <Cell>
              <ToneLabel tone={row.agreement.tone}>{row.agreement.word}</ToneLabel>
            </Cell>
            {[row.srv, row.autoconfig, row.autodiscover, row.alive].map((cell, index) => (
              <Cell key={index}>
                <Servers cell={cell} />
              </Cell>
            ))}
          </tr>
        ))}
      </DataTable>
      <div className="border-t border-line px-4 py-3">
        <Facts
          facts={policies.map(({ name, tone, word, detail }) => ({
            name,
            value: (
              <span className="inline-flex flex-wrap items-baseline gap-x-3">
                {tone === null ? (
                  <span className="text-sm text-muted">{word}</span>
                ) : (
                  <ToneLabel tone={tone}>{word}</ToneLabel>
                )}
                {detail === null ? null : (
                  <span className="font-mono text-sm text-muted">
                    <ForeignText text={detail} maxLength={400} />
                  </span>
                )}
              </span>
            ),
          }))}
        />
      </div>
    </>
  );
}
