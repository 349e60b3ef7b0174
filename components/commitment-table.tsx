import { Badge } from './ui/badge.tsx';
import { Cell, DataTable } from './ui/data-table.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { Link } from './ui/link.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

interface Place {
  /** `IMAP 993 at 192.0.2.1` */
  readonly place: string;
  readonly href: string;
}

/** Whether the host keeps a tag today, at every service and address that is watched. */
export type KeptItem =
  | { readonly state: 'kept'; readonly addresses: number }
  | {
      readonly state: 'broken';
      /** The rule packs that see it so. */
      readonly packs: 'both' | 'draft' | 'current';
      readonly places: readonly Place[];
    }
  | { readonly state: 'unknown'; readonly places: readonly Place[] }
  /** A tag that the draft does not define. */
  | { readonly state: 'not-provable' };

export interface CommitmentItem {
  readonly host: string;
  readonly tag: string;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly evidence: readonly {
    /** `IMAP 993` */
    readonly service: string;
    readonly address: string;
    /** Null: the endpoint is gone. */
    readonly href: string | null;
    readonly lastSeen: number;
    readonly state: 'advertised' | 'withdrawn' | 'unknown' | 'not-watched';
  }[];
  readonly kept: KeptItem;
  readonly decidedBy: string | null;
  readonly note: string | null;
  readonly notedBy: string | null;
  readonly notedAt: number | null;
  /** Where it can be written down who decided. */
  readonly decideHref: string;
}

const maxPlaces = 3;

function Places({ places }: { readonly places: readonly Place[] }) {
  if (places.length === 0) return null;
  return (
    <ul className="mt-0.5 min-w-52 text-sm leading-6">
      {places.slice(0, maxPlaces).map(({ place, href }) => (
        <li key={place}>
          <Link href={href} className="link">
            <ForeignText text={place} maxLength={120} />
          </Link>
        </li>
      ))}
      {places.length > maxPlaces ? <li className="text-muted">and {places.length - maxPlaces} more</li> : null}
    </ul>
  );
}

function Kept({ kept }: { readonly kept: KeptItem }) {
  switch (kept.state) {
    case 'kept':
      return (
        <ToneLabel tone="ok">
          {kept.addresses === 1 ? 'Kept at 1 address' : `Kept at ${kept.addresses} addresses`}
        </ToneLabel>
      );
    case 'broken':
      return (
        <>
          <ToneLabel tone="crit">Not kept</ToneLabel>
          {kept.packs === 'both' ? null : (
            <p className="text-sm text-muted">
              {kept.packs === 'draft' ? 'by the draft; by today’s rules it is' : 'by today’s rules; by the draft it is'}
            </p>
          )}
          <Places places={kept.places} />
        </>
      );
    case 'unknown':
      return (
        <>
          <ToneLabel tone="unknown">Not known</ToneLabel>
          <Places places={kept.places} />
        </>
      );
    case 'not-provable':
      return <span className="text-sm text-muted">An unknown tag: nobody can prove it from outside</span>;
  }
}

function Evidence({ evidence, now }: { readonly evidence: CommitmentItem['evidence']; readonly now: number }) {
  return (
    <ul className="min-w-56 space-y-1.5">
      {evidence.map(({ service, address, href, lastSeen, state }) => (
        <li key={service} className="text-sm">
          <span className="flex flex-wrap items-center gap-x-2">
            {href === null ? (
              <span>{service}</span>
            ) : (
              <Link href={href} className="link whitespace-nowrap">
                {service}
              </Link>
            )}
            {state === 'advertised' ? <ToneLabel tone="ok">advertised now</ToneLabel> : null}
            {state === 'withdrawn' ? <ToneLabel tone="crit">no longer advertised</ToneLabel> : null}
            {state === 'unknown' ? <ToneLabel tone="unknown">not known</ToneLabel> : null}
            {state === 'not-watched' ? <Badge dashed>not watched</Badge> : null}
          </span>
          <span className="block text-xs text-muted">
            <span className="font-mono">
              <ForeignText text={address} maxLength={64} />
            </span>
            , <TimeStamp at={lastSeen} now={now} form="relative" />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Decision({
  item,
  now,
  mayWrite,
}: {
  readonly item: CommitmentItem;
  readonly now: number;
  readonly mayWrite: boolean;
}) {
  const { decidedBy, note, notedBy, notedAt, decideHref } = item;
  return (
    <div className="min-w-40 space-y-1 text-sm">
      {decidedBy === null ? (
        <span className="text-muted">nobody wrote it down</span>
      ) : (
        <span className="block">
          <ForeignText text={decidedBy} maxLength={200} />
        </span>
      )}
      {note === null ? null : (
        <span className="block text-muted">
          <ForeignText text={note} maxLength={300} />
        </span>
      )}
      {notedBy === null || notedAt === null ? null : (
        <span className="block text-xs text-muted">
          noted <TimeStamp at={notedAt} now={now} form="relative" /> by <ForeignText text={notedBy} maxLength={100} />
        </span>
      )}
      {mayWrite ? (
        <Link
          href={decideHref}
          className="link inline-block"
          aria-label={`Write down who decided ${item.tag} of ${item.host}`}
        >
          {decidedBy === null ? 'Write down' : 'Change'}
        </Link>
      ) : null}
    </div>
  );
}

/** The ledger: what each host promised, since when, whether it still says so and whether it keeps it. */
export function CommitmentTable({
  items,
  now,
  mayWrite,
}: {
  readonly items: readonly CommitmentItem[];
  readonly now: number;
  readonly mayWrite: boolean;
}) {
  const columns = ['Host', 'Tag', 'Kept today', 'Advertised by', 'First seen', 'Who decided'];
  return (
    <DataTable caption="Promises by host and tag" columns={columns}>
      {items.map((item, index) => (
        <tr key={`${item.host} ${item.tag}`}>
          <Cell mono>
            {items[index - 1]?.host === item.host ? (
              <span className="sr-only">{item.host}</span>
            ) : (
              <span className="inline-block min-w-44">
                <ForeignText text={item.host} maxLength={253} />
              </span>
            )}
          </Cell>
          <Cell mono>
            <span className="inline-block min-w-28">
              <ForeignText text={item.tag} maxLength={64} />
            </span>
          </Cell>
          <Cell>
            <Kept kept={item.kept} />
          </Cell>
          <Cell>
            <Evidence evidence={item.evidence} now={now} />
          </Cell>
          <Cell>
            <span className="text-sm">
              <TimeStamp at={item.firstSeen} now={now} form="relative" />
              <span className="block text-xs whitespace-nowrap text-muted">
                last <TimeStamp at={item.lastSeen} now={now} form="relative" />
              </span>
            </span>
          </Cell>
          <Cell>
            <Decision item={item} now={now} mayWrite={mayWrite} />
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
