import Link from 'next/link';
import type { Service } from '#lib/model/endpoint.ts';
import type { Verdict } from '#lib/model/finding.ts';
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
};

/** What one can say of a service: what was not seen lately is never fine. */
export function judgeService({ endpoints, worst, unseen }: ServiceTile): {
  readonly tone: Tone;
  readonly word: string;
} {
  if (endpoints === 0) return { tone: 'unknown', word: 'Not offered' };
  const bad = worst === 'crit' || worst === 'fail' || worst === 'warn';
  if (worst !== null && (bad || unseen === 0)) return { tone: toneOfVerdict[worst], word: wordOfVerdict[worst] };
  return { tone: 'unknown', word: unseen === endpoints ? 'Not seen lately' : `${unseen} not seen lately` };
}

/** A domain and its services in a word each. */
export function DomainTile({ name, services }: { readonly name: string; readonly services: readonly ServiceTile[] }) {
  return (
    <Link
      href={`/domains/${name}`}
      className="block min-w-0 rounded-lg border border-line bg-surface p-4 shadow-(--shadow) hover:border-line-strong"
    >
      <h3 className="mb-3 truncate font-mono text-sm font-semibold" title={name}>
        {name}
      </h3>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2">
        {services.map((tile) => {
          const { tone, word } = judgeService(tile);
          return (
            <div key={tile.service} className="min-w-0">
              <dt className="text-xs text-muted">{serviceWord[tile.service]}</dt>
              <dd className="flex items-center gap-1.5 text-sm">
                {tile.endpoints === 0 ? null : <ToneIcon tone={tone} size={14} />}
                <span className={tile.endpoints === 0 ? 'text-muted' : ''}>{word}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </Link>
  );
}
