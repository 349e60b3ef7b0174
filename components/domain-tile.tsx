import type { Service } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { HeartbeatStrip } from './heartbeat-strip.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { ToneIcon } from './ui/tone-icon.tsx';
import type { Tone } from './ui/tone.ts';
import { toneOfVerdict, wordOfVerdict } from './ui/tone.ts';

export interface ServiceTile {
  readonly service: Service;
  readonly endpoints: number;
  readonly worst: Verdict | null;
  readonly unseen: number;
}

export const serviceWord: Readonly<Record<Service, string>> = {
  imap: 'IMAP',
  pop3: 'POP3',
  submission: 'Submission',
  smtp: 'Incoming mail',
  sieve: 'ManageSieve',
};

/** A note asks nothing of anybody: in short it is fine. The page of the endpoint has it. */
function wordOf(verdict: Verdict): { readonly tone: Tone; readonly word: string } {
  const shown = verdict === 'info' ? 'pass' : verdict;
  return { tone: toneOfVerdict[shown], word: wordOfVerdict[shown] };
}

/** What one can say of a service: what was not seen lately is never fine. */
export function judgeService({ endpoints, worst, unseen }: ServiceTile): {
  readonly tone: Tone;
  readonly word: string;
} {
  if (endpoints === 0) return { tone: 'unknown', word: 'No endpoint' };
  const bad = worst === 'crit' || worst === 'fail' || worst === 'warn';
  if (worst !== null && (bad || unseen === 0)) return wordOf(worst);
  return { tone: 'unknown', word: unseen === endpoints ? 'Not seen lately' : `${unseen} not seen lately` };
}

/** What the domain's own records say, apart from the servers that they lead to. */
export interface DnsTile {
  readonly worst: Verdict | null;
  readonly freshness: 'never' | 'stale' | 'fresh';
  /** False: some question got no answer. */
  readonly complete: boolean;
}

/** The same of its DNS records: good only where every question was answered, and lately. */
export function judgeDns({ worst, freshness, complete }: DnsTile): { readonly tone: Tone; readonly word: string } {
  const found = wordOf(worst ?? 'pass');
  switch (freshness) {
    case 'never':
      return { tone: 'unknown', word: 'Not looked at yet' };
    case 'stale':
      return {
        tone: 'unknown',
        word: complete || worst !== null ? `Stale, was: ${found.word.toLowerCase()}` : 'Stale',
      };
    case 'fresh':
      if (worst === null || worst === 'info') {
        if (!complete) return { tone: 'unknown', word: 'Not all seen' };
      }
      return found;
  }
}

function Word({
  name,
  tone,
  children,
}: {
  readonly name: string;
  readonly tone: Tone | null;
  readonly children: string;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="flex items-center gap-1.5 text-sm">
        {tone === null ? null : <ToneIcon tone={tone} size={14} />}
        <span className={tone === null ? 'text-muted' : ''}>{children}</span>
      </dd>
    </div>
  );
}

/** The services that every tile has a word for; of the others only what is wrong. */
const tileServices: readonly Service[] = ['imap', 'pop3', 'submission'];

/**
 * A domain, its services and its records in a word each, and how it was over time. `unicode` is its name in Unicode where
 * that differs; `heartbeat` is of its last 24 hours.
 */
export function DomainTile({
  name,
  unicode,
  services,
  dns,
  heartbeat = null,
}: {
  readonly name: string;
  readonly unicode: string | null;
  readonly services: readonly ServiceTile[];
  readonly dns: DnsTile;
  readonly heartbeat?: Omit<Parameters<typeof HeartbeatStrip>[0], 'label'> | null;
}) {
  const records = judgeDns(dns);
  const shown = services
    .map((tile) => ({ tile, ...judgeService(tile) }))
    .filter(
      ({ tile, tone }) => tileServices.includes(tile.service) || tone === 'crit' || tone === 'fail' || tone === 'warn',
    );
  return (
    <Link
      href={`/domains/${name}`}
      className="flex min-w-0 flex-col rounded-lg border border-line bg-surface p-4 shadow-(--shadow) hover:border-line-strong"
    >
      <h3 className="mb-3">
        <span className="block truncate font-mono text-sm font-semibold" title={name}>
          {name}
        </span>
        {unicode === null ? null : (
          <span className="block truncate text-sm text-muted">
            <ForeignText text={unicode} maxLength={253} />
          </span>
        )}
      </h3>
      <dl className="mb-3 grid grid-cols-2 gap-x-4 gap-y-2">
        {shown.map(({ tile, tone, word }) => (
          <Word key={tile.service} name={serviceWord[tile.service]} tone={tile.endpoints === 0 ? null : tone}>
            {word}
          </Word>
        ))}
        <Word name="DNS" tone={records.tone}>
          {records.word}
        </Word>
      </dl>
      {heartbeat === null ? null : (
        <span className="mt-auto block">
          <HeartbeatStrip label="24 h" {...heartbeat} />
        </span>
      )}
    </Link>
  );
}
