import type { ReactNode } from 'react';
import type { Service, TlsMode } from '#lib/model/endpoint.ts';
import { findServiceRow } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { Badge } from './ui/badge.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';
import type { Tone } from './ui/tone.ts';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface EndpointItem {
  readonly id: string;
  readonly service: Service;
  readonly tlsMode: TlsMode;
  readonly host: string;
  readonly port: number;
  readonly verdict: Verdict | null;
  readonly freshness: 'never' | 'stale' | 'fresh';
  /** Milliseconds since the epoch. */
  readonly lastProbedAt: number | null;
  readonly origins: readonly string[];
}

/** What one can say of an endpoint now: an old verdict is named with its age, never shown as good. */
export function judgeEndpointItem({ verdict, freshness }: Pick<EndpointItem, 'verdict' | 'freshness'>): {
  readonly tone: Tone;
  readonly word: string;
} {
  if (freshness === 'never' || verdict === null) return { tone: 'unknown', word: 'Not looked at yet' };
  if (freshness === 'stale') return { tone: 'unknown', word: `Stale, was: ${wordOfVerdict[verdict].toLowerCase()}` };
  return { tone: toneOfVerdict[verdict], word: wordOfVerdict[verdict] };
}

const originWords: Readonly<Record<string, string>> = {
  srv: 'SRV',
  mx: 'MX',
  autoconfig: 'autoconfig',
  guess: 'guess',
  manual: 'by hand',
};

/** Where an endpoint is known from; a guess looks less sure than a record. */
export function OriginBadge({ origin }: { readonly origin: string }) {
  return <Badge dashed={origin === 'guess'}>{originWords[origin] ?? origin}</Badge>;
}

/** No record names it and nobody added it: it was found under a usual name. */
function isGuess({ origins }: Pick<EndpointItem, 'origins'>): boolean {
  return origins.length > 0 && origins.every((origin) => origin === 'guess');
}

/** Endpoints with their state now. `renderAction` makes the last cell of a row. */
export function EndpointTable({
  items,
  now,
  renderAction,
}: {
  readonly items: readonly EndpointItem[];
  readonly now: number;
  readonly renderAction?: (item: EndpointItem) => ReactNode;
}) {
  const columns = [
    'State',
    'Endpoint',
    'Service',
    'Known from',
    'Looked at',
    ...(renderAction === undefined ? [] : ['Change']),
  ];
  return (
    <DataTable caption="Endpoints" columns={columns}>
      {items.map((item) => {
        const { tone, word } = judgeEndpointItem(item);
        return (
          <tr key={item.id} data-row>
            <Cell>
              <ToneLabel tone={tone}>{word}</ToneLabel>
            </Cell>
            <Cell mono>
              <Link href={`/endpoints/${item.id}`} className="link inline-block min-w-48">
                <ForeignText text={`${item.host}:${item.port}`} />
              </Link>
              {isGuess(item) ? (
                <span className="block font-sans">
                  <Badge dashed>only a guess</Badge>
                </span>
              ) : null}
            </Cell>
            <Cell>
              <span className="whitespace-nowrap">
                {findServiceRow(item.service, item.tlsMode)?.title ?? item.service}
              </span>
            </Cell>
            <Cell>
              <span className="flex gap-1">
                {item.origins.map((origin) => (
                  <OriginBadge key={origin} origin={origin} />
                ))}
              </span>
            </Cell>
            <Cell>
              {item.lastProbedAt === null ? (
                <span className="text-muted">not yet</span>
              ) : (
                <TimeStamp at={item.lastProbedAt} now={now} form="relative" />
              )}
            </Cell>
            {renderAction === undefined ? null : <Cell>{renderAction(item)}</Cell>}
          </tr>
        );
      })}
    </DataTable>
  );
}
