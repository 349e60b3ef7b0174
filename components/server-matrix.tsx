import type { DnssecState } from '#lib/model/dnssec.ts';
import { StateMark } from './trust-line.tsx';
import { Badge } from './ui/badge.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';

export interface MatrixServer {
  readonly host: string;
  readonly address: string;
}

export type MatrixCell =
  | { readonly kind: 'unasked' }
  /** `text` is a sentence without a full stop. */
  | { readonly kind: 'failure'; readonly text: string }
  | {
      readonly kind: 'answer';
      readonly state: DnssecState;
      readonly tone: Tone;
      readonly word: string;
      readonly rcode: string;
      readonly authoritative: boolean;
      readonly records: number;
      /** First digits of the SHA-256 of the records: equal records, equal digits. */
      readonly fingerprint: string;
      readonly ttlSeconds: number | null;
      /** Of the SOA record. */
      readonly serial: number | null;
      /** How it differs from what most servers say, e.g. `other records`; empty: it does not. */
      readonly differences: readonly string[];
    };

export interface MatrixRow {
  readonly name: string;
  readonly type: string;
  /** One a server, in their order. */
  readonly cells: readonly MatrixCell[];
}

export interface MatrixItem {
  readonly servers: readonly MatrixServer[];
  readonly rows: readonly MatrixRow[];
  /** Whole sentences; the first is the most important. */
  readonly summary: readonly { readonly tone: Tone; readonly text: string }[];
}

function CellContent({ cell, stale }: { readonly cell: MatrixCell; readonly stale: boolean }) {
  switch (cell.kind) {
    case 'unasked':
      return <span className="text-sm text-muted">not asked</span>;
    case 'failure':
      return (
        <span className="flex items-start gap-1.5 text-sm">
          <span className="pt-0.5">
            <ToneIcon tone={stale ? 'unknown' : 'fail'} size={14} />
          </span>
          <ForeignText text={cell.text} maxLength={160} />
        </span>
      );
    case 'answer': {
      const { state, tone, word, rcode, authoritative, records, fingerprint, ttlSeconds, serial, differences } = cell;
      const count = records === 0 ? 'no record' : `${records} ${records === 1 ? 'record' : 'records'}`;
      return (
        <>
          <span className={`tone-${tone} tone-text inline-flex items-center gap-1.5 text-sm font-medium`}>
            <StateMark state={state} tone={tone} />
            {word}
          </span>
          <span className="block text-xs whitespace-nowrap text-muted">
            {rcode}, {count}
            {records === 0 ? null : <span className="font-mono"> {fingerprint}</span>}
          </span>
          {serial === null ? null : <span className="block text-xs whitespace-nowrap">serial {serial}</span>}
          {ttlSeconds === null ? null : (
            <span className="block text-xs whitespace-nowrap text-muted">TTL {ttlSeconds} s</span>
          )}
          {authoritative ? null : <Badge dashed>not authoritative</Badge>}
          {differences.length === 0 ? null : (
            <span
              className={`${stale ? 'tone-unknown' : 'tone-warn'} tone-text mt-0.5 flex items-start gap-1.5 text-xs font-medium`}
            >
              <span className="pt-0.5">
                <ToneIcon tone={stale ? 'unknown' : 'warn'} size={12} />
              </span>
              <span>differs: {differences.join(', ')}</span>
            </span>
          )}
        </>
      );
    }
  }
}

const caption = 'What each authoritative server answers to each question';

/** Every question and every authoritative server at every address: who says what, and who says something else. */
export function ServerMatrix({ item, stale }: { readonly item: MatrixItem; readonly stale: boolean }) {
  const { servers, rows, summary } = item;
  return (
    <>
      <ul className="space-y-1 p-4">
        {summary.map(({ tone, text }, index) => (
          <li key={index} className="flex items-start gap-2">
            <span className="pt-0.5">
              <ToneIcon tone={stale ? 'unknown' : tone} />
            </span>
            <span className={index === 0 ? 'font-medium' : ''}>
              <ForeignText text={text} maxLength={900} />
            </span>
          </li>
        ))}
      </ul>
      {servers.length === 0 ? null : (
        <div className="overflow-x-auto border-t border-line" tabIndex={0} role="region" aria-label={caption}>
          <table className="w-full border-collapse text-left">
            <caption className="sr-only">{caption}</caption>
            <thead>
              <tr className="border-b border-line align-bottom">
                <th scope="col" className="px-4 py-2 text-xs font-medium text-muted">
                  Question
                </th>
                {servers.map(({ host, address }) => (
                  <th
                    key={`${host} ${address}`}
                    scope="col"
                    className="min-w-36 px-4 py-2 font-mono text-xs font-medium"
                  >
                    <ForeignText text={host} maxLength={80} />
                    <span className="block font-normal text-muted">
                      <ForeignText text={address} maxLength={60} />
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {rows.map(({ name, type, cells }) => (
                <tr key={`${name} ${type}`}>
                  <th scope="row" className="min-w-40 px-4 py-2.5 align-top font-mono text-xs font-medium">
                    {type}
                    <span className="block font-normal text-muted">
                      <ForeignText text={name} maxLength={120} />
                    </span>
                  </th>
                  {cells.map((cell, index) => (
                    <td
                      key={index}
                      className={`px-4 py-2.5 align-top ${cell.kind === 'answer' && cell.differences.length > 0 ? 'bg-sunken' : ''}`}
                    >
                      <CellContent cell={cell} stale={stale} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
