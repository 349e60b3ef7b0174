import { findSignatureLevel, readSignatureThresholds } from '#lib/checks/signature-window.ts';
import type { SignatureResult } from '#lib/model/dnssec.ts';
import type { Judged } from './dnssec-words.ts';
import { algorithmText, signatureStatusText } from './dnssec-words.ts';
import type { SignatureScale } from './signature-scale.ts';
import { signatureScale } from './signature-scale.ts';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { relativeTime } from './ui/relative-time.ts';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

/** One signature over one record set. Instants are milliseconds since the epoch. */
export interface CalendarItem extends Pick<
  SignatureResult,
  'owner' | 'type' | 'signer' | 'keyTag' | 'algorithm' | 'inception' | 'expiration' | 'status'
> {
  /** The servers that send it where others send another one, as `host (address)`; empty: there is no other. */
  readonly servers: readonly string[];
  /** True: whoever sends it also sends another one over the same records that is valid. */
  readonly covered: boolean;
}

interface Context {
  readonly now: number;
  /** Why dates say nothing, e.g. because the run is old; null: they do. */
  readonly doubt: string | null;
}

/** How urgent a signature is, in a word with its date. Only one that is valid and far from its end is good. */
export function judgeSignature(item: CalendarItem, { now, doubt }: Context): Judged {
  if (doubt !== null) return { tone: 'unknown', word: doubt };
  const level = findSignatureLevel(item, now);
  const expires = relativeTime(item.expiration, now);
  if (item.covered && (level === 'expired' || item.status !== 'valid')) {
    return { tone: 'info', word: level === 'expired' ? `Expired ${expires}, another one is valid` : 'Not needed' };
  }
  if (level === 'expired') return { tone: 'crit', word: `Expired ${expires}` };
  if (item.inception > now) return { tone: 'crit', word: `Valid only ${relativeTime(item.inception, now)}` };
  if (item.status !== 'valid') return { tone: 'crit', word: `Not valid: ${signatureStatusText(item.status)}` };
  switch (level) {
    case 'crit':
      return { tone: 'crit', word: `Critical, expires ${expires}` };
    case 'warn':
      return { tone: 'warn', word: `Warning, expires ${expires}` };
    case 'fine':
      return { tone: 'ok', word: `Expires ${expires}` };
  }
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

function Axis({ scale, now }: { readonly scale: SignatureScale; readonly now: number }) {
  const here = scale.percentOf(now);
  return (
    <svg width="100%" height="18" aria-hidden="true" className="block font-sans">
      {scale.ticks
        .filter((at) => Math.abs(scale.percentOf(at) - here) > 8)
        .map((at) => (
          <text key={at} x={percent(scale.percentOf(at))} y="13" fontSize="11" textAnchor="middle" fill="var(--muted)">
            {dayFormat.format(at)}
          </text>
        ))}
      <text x={percent(here)} y="13" fontSize="11" fontWeight="600" textAnchor="middle" fill="var(--text)">
        now
      </text>
    </svg>
  );
}

function Bar({
  item,
  scale,
  context,
}: {
  readonly item: CalendarItem;
  readonly scale: SignatureScale;
  readonly context: Context;
}) {
  const { warnAt, critAt } = readSignatureThresholds(item);
  const part = (from: number, to: number) => ({
    x: percent(scale.percentOf(from)),
    width: percent(Math.max(0, scale.percentOf(to) - scale.percentOf(from))),
  });
  const here = percent(scale.percentOf(context.now));
  return (
    <svg width="100%" height="18" aria-hidden="true" className={`tone-${judgeSignature(item, context).tone} block`}>
      <rect x="0" y="8" width="100%" height="2" fill="var(--line)" />
      <rect {...part(item.inception, warnAt)} y="5" height="8" fill="var(--tone)" />
      <rect
        {...part(warnAt, critAt)}
        y="5.75"
        height="6.5"
        fill="var(--surface)"
        stroke="var(--tone)"
        strokeWidth="1.5"
      />
      <rect {...part(critAt, item.expiration)} y="2" height="14" fill="var(--tone)" />
      <line x1={here} x2={here} y1="0" y2="18" stroke="var(--text)" strokeWidth="1.5" />
    </svg>
  );
}

function Servers({ servers }: Pick<CalendarItem, 'servers'>) {
  if (servers.length === 0) return null;
  return <ForeignText text={`only from ${servers.join(', ')}`} maxLength={400} />;
}

function SignatureTable({ items, context }: { readonly items: readonly CalendarItem[]; readonly context: Context }) {
  return (
    <DataTable
      caption="Signatures by expiry"
      columns={['Records', 'Key', 'State', 'Valid from', 'Valid until', 'Sent by']}
    >
      {items.map((item, index) => {
        const { tone, word } = judgeSignature(item, context);
        return (
          <tr key={index}>
            <Cell mono>
              <ForeignText text={`${item.owner} ${item.type}`} maxLength={300} />
            </Cell>
            <Cell>
              <span className="block min-w-36 text-sm">
                {item.keyTag} of <ForeignText text={item.signer} maxLength={253} />, {algorithmText(item.algorithm)}
              </span>
            </Cell>
            <Cell>
              <ToneLabel tone={tone}>{word}</ToneLabel>
            </Cell>
            <Cell>
              <TimeStamp at={item.inception} now={context.now} form="absolute" />
            </Cell>
            <Cell>
              <TimeStamp at={item.expiration} now={context.now} form="absolute" />
            </Cell>
            <Cell>
              <span className="text-sm">
                {item.servers.length === 0 ? 'all alike' : <Servers servers={item.servers} />}
              </span>
            </Cell>
          </tr>
        );
      })}
    </DataTable>
  );
}

/** When signatures expire: a bar each from inception to expiration, the first to expire on top; and all of it as a table. */
export function SignatureCalendar({
  items,
  leftOut,
  now,
  doubt,
}: {
  /** Sorted by expiration. */
  readonly items: readonly CalendarItem[];
  /** Later ones that are not among the items. */
  readonly leftOut: number;
} & Context) {
  const context = { now, doubt };
  const scale = signatureScale(
    items.map(({ expiration }) => expiration),
    now,
  );
  return (
    <>
      <p className="px-4 pt-4 text-sm text-muted">
        A full bar is the time until a signature is due, an outline the time in which it is late (25 % of its window, at
        most 72 hours), a thick end the last 5 % or 12 hours.
      </p>
      <div className="px-4 py-3">
        <div className="lg:grid lg:grid-cols-[minmax(0,22rem)_1fr] lg:gap-x-6">
          <span />
          <Axis scale={scale} now={now} />
        </div>
        <ul className="divide-y divide-line">
          {items.map((item, index) => {
            const { tone, word } = judgeSignature(item, context);
            return (
              <li key={index} className="items-center gap-x-6 py-2 lg:grid lg:grid-cols-[minmax(0,22rem)_1fr]">
                <div className="min-w-0">
                  <span className="block font-mono text-sm">
                    <ForeignText text={`${item.owner} ${item.type}`} maxLength={120} />
                  </span>
                  <span className={`tone-${tone} tone-text flex items-start gap-1.5 text-sm font-medium`}>
                    <span className="pt-0.5">
                      <ToneIcon tone={tone} size={14} />
                    </span>
                    {word}
                  </span>
                  <span className="block text-xs text-muted">
                    key {item.keyTag} of <ForeignText text={item.signer} maxLength={120} />
                    {item.servers.length === 0 ? null : ', '}
                    <Servers servers={item.servers} />
                  </span>
                </div>
                <Bar item={item} scale={scale} context={context} />
              </li>
            );
          })}
        </ul>
        {leftOut === 0 ? null : <p className="text-sm text-muted">{leftOut} more expire later.</p>}
      </div>
      <details className="border-t border-line px-4 py-3">
        <summary className="w-fit text-sm text-muted hover:text-text">As a table</summary>
        <div className="-mx-4 mt-2">
          <SignatureTable items={items} context={context} />
        </div>
      </details>
    </>
  );
}
