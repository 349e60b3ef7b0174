import Link from 'next/link';
import type { Service } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
import { ForeignText } from './ui/foreign-text.tsx';
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

/** A domain, its records and its services in a word each. `unicode` is its name in Unicode where that differs. */
export function DomainTile({
  name,
  unicode,
  services,
  dns,
}: {
  readonly name: string;
  readonly unicode: string | null;
  readonly services: readonly ServiceTile[];
  readonly dns: DnsTile;
}) {
  const records = judgeDns(dns);
  return (
    <Link
      href={`/domains/${name}`}
      className="block min-w-0 rounded-lg border border-line bg-surface p-4 shadow-(--shadow) hover:border-line-strong"
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
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2">
        {services.map((tile) => {
          const { tone, word } = judgeService(tile);
          return (
            <Word key={tile.service} name={serviceWord[tile.service]} tone={tile.endpoints === 0 ? null : tone}>
              {word}
            </Word>
          );
        })}
        <Word name="DNS records" tone={records.tone}>
          {records.word}
        </Word>
      </dl>
    </Link>
  );
}
