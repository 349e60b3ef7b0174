import type { ReactNode } from 'react';
import type { Service } from '#lib/model/endpoint.ts';
import { ClientName } from './client-name.tsx';
import { tlsVersionWord } from './client-tls-table.tsx';
import { serviceWord } from './domain-tile.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';

/** Which part of the census is shown, in words; null: that part does not narrow it. */
export function QuestionWords({
  tag,
  client,
  version,
  host,
  service,
  tlsVersion,
  days,
  allHref,
}: {
  readonly tag: string | null;
  readonly client: string | null;
  readonly version: string | null;
  readonly host: string | null;
  readonly service: Service | null;
  readonly tlsVersion: string | null;
  readonly days: number | null;
  /** The same without an end to how long ago they were seen. */
  readonly allHref: string;
}) {
  const parts: readonly (readonly [string, ReactNode])[] = [
    ['Tag', tag === null ? null : <ForeignText key="tag" text={tag} maxLength={64} />],
    ['Program', client === null ? null : <ClientName key="client" name={client} />],
    ['Version', version === null ? null : version === '' ? 'not told' : <ForeignText key="version" text={version} />],
    ['Server', host === null ? null : <ForeignText key="host" text={host} maxLength={253} />],
    ['Service', service === null ? null : serviceWord[service]],
    ['TLS', tlsVersion === null ? null : <ForeignText key="tls" text={tlsVersionWord(tlsVersion)} maxLength={32} />],
    ['Seen', days === null ? 'at any time' : `in the last ${String(days)} days`],
  ];
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 px-4 py-3 text-sm">
      {parts.map(([name, value]) =>
        value === null ? null : (
          <span key={name}>
            <span className="text-muted">{name}:</span> {value}
          </span>
        ),
      )}
      {days === null ? null : (
        <Link href={allHref} className="link">
          Also those seen before
        </Link>
      )}
    </div>
  );
}
