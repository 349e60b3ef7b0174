import { ForeignText } from '../ui/foreign-text.tsx';
import { Link } from '../ui/link.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { CertificateBar, TimeAxis } from './certificate-bar.tsx';
import type { CertificateItem } from './certificate-item.ts';
import { judgeValidity } from './certificate-item.ts';
import { CertificateDates, CertificateFlaws, CertificatePlaces } from './certificate-notes.tsx';
import { timeScale, type TimeScale, type ZoomDays } from './time-scale.ts';

const columns = 'lg:grid lg:grid-cols-[minmax(0,26rem)_1fr] lg:gap-x-6';

function Legend() {
  return (
    <details className="px-4 pt-3 text-sm text-muted">
      <summary className="w-fit">What the shapes mean</summary>
      <ul className="mt-1 list-disc space-y-1 pl-5">
        <li>Full bar: valid, and nobody has to do anything.</li>
        <li>
          Outline: renewal is late. It begins with a quarter of the lifetime left, at most 30 days before the end.
        </li>
        <li>
          Thick end: critical. The last tenth of the lifetime, at most 7 days. An arrow at the edge: it ended before.
        </li>
        <li>Thin bar below: a newer certificate of the same name that another place of the host shows already.</li>
        <li>
          Diamond: the DNSSEC signatures of the TLSA answer end. They are renewed long before, unless signing stands
          still.
        </li>
        <li>
          Triangle: from then on no cache holds TLSA records without the next key. Short dashes: planned work. Long
          dashes: an approved change.
        </li>
      </ul>
    </details>
  );
}

function Row({
  item,
  scale,
  now,
}: {
  readonly item: CertificateItem;
  readonly scale: TimeScale;
  readonly now: number;
}) {
  const { tone, word } = judgeValidity(item, now);
  return (
    <li data-row className={`items-center px-4 py-2 ${columns}`}>
      <div className="min-w-0">
        <Link href={`/certificates/${item.fingerprint}`} className="link block font-mono text-sm font-medium">
          <ForeignText text={item.name} maxLength={120} />
        </Link>
        <span className="flex flex-wrap items-center gap-x-3 text-sm">
          <span className={`tone-${tone} tone-text flex items-center gap-1.5 font-medium`}>
            <ToneIcon tone={tone} size={14} />
            {word}
          </span>
          <CertificateFlaws item={item} />
        </span>
        <span className="block text-xs text-muted">
          <CertificatePlaces item={item} now={now} />
          <CertificateDates item={item} now={now} short />
        </span>
      </div>
      <CertificateBar item={item} scale={scale} now={now} />
    </li>
  );
}

/** Certificates as bars over time, under their groups where there are some. */
export function CertificateTimeline({
  items,
  zoom,
  now,
}: {
  readonly items: readonly CertificateItem[];
  readonly zoom: ZoomDays;
  readonly now: number;
}) {
  const scale = timeScale(zoom, now);
  const groups = groupsOf(items);
  return (
    <>
      <Legend />
      <div className={`px-4 pt-3 ${columns}`}>
        <span />
        <TimeAxis scale={scale} now={now} />
      </div>
      <div data-live-list>
        {groups.map(({ group, rows }, index) => (
          <section key={index} aria-label={group === null ? 'Certificates' : undefined}>
            {group === null ? null : (
              <h3 className="border-y border-line bg-sunken px-4 py-1.5 text-sm font-semibold">
                <ForeignText text={group} maxLength={300} />
              </h3>
            )}
            <ul className="divide-y divide-line">
              {rows.map((item) => (
                <Row key={item.fingerprint} item={item} scale={scale} now={now} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}

interface Group {
  readonly group: string | null;
  readonly rows: CertificateItem[];
}

/** Neighbours of one group together; the list comes in their order. */
function groupsOf(items: readonly CertificateItem[]): readonly Group[] {
  const groups: Group[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last !== undefined && last.group === item.group) last.rows.push(item);
    else groups.push({ group: item.group, rows: [item] });
  }
  return groups;
}
