import { z } from 'zod';
import { zoomDays, type ZoomDays } from '#components/certificates/time-scale.ts';
import { decodeCursor, encodeCursor } from '#app/_api/cursor.ts';
import { isStorable } from '#app/_api/storable-text.ts';
import type { CertificateFilter } from './certificate-filter.ts';
import type { CertificateGroup, CertificateOrder, CertificatePlaceInList, CertificateQuery } from './certificates.ts';
import { certificateGroups, certificateOrders } from './certificates.ts';

/** What the page of certificates shows, as its address says. */
export interface CertificateView {
  readonly table: boolean;
  readonly zoom: ZoomDays;
  readonly group: CertificateGroup | null;
  readonly order: CertificateOrder;
  readonly descending: boolean;
  /** Only what ends within so many days; null: whenever. */
  readonly withinDays: 14 | null;
  /** Only what ends on this day, `YYYY-MM-DD` by UTC. */
  readonly day: string | null;
  readonly selfSigned: boolean;
  readonly weak: boolean;
  readonly ca: boolean;
  readonly host: string | null;
  readonly domain: string | null;
  readonly text: string | null;
}

export const firstView: CertificateView = {
  ...{ table: false, zoom: 90, group: null, order: 'end', descending: false, withinDays: null, day: null },
  ...{ selfSigned: false, weak: false, ca: false, host: null, domain: null, text: null },
};

const dayMs = 86_400_000;
const place = z.object({ key: z.string(), notAfter: z.iso.datetime(), fingerprint: z.string() });
const group = z.enum(certificateGroups).nullable().catch(null);
const order = z.enum(certificateOrders).catch('end');
const zoom = z.enum(['30', '90', '365']).catch('90');
const day = z.iso.date().nullable().catch(null);

/** The view that parameters of an address ask for; what they cannot mean is left out. */
export function readCertificateView(read: (name: string) => string | null): {
  readonly view: CertificateView;
  readonly after: CertificatePlaceInList | null;
} {
  const text = (name: string): string | null => {
    const given = read(name)?.trim() ?? '';
    return given === '' || given.length > 253 || !isStorable(given) ? null : given;
  };
  const sort = read('sort') ?? '';
  const cursor = read('after');
  const after = cursor === null ? null : decodeCursor(cursor, place);
  const wantedZoom = zoom.parse(read('zoom'));
  return {
    view: {
      table: read('view') === 'table',
      zoom: zoomDays.find((days) => String(days) === wantedZoom) ?? firstView.zoom,
      group: group.parse(read('group')),
      order: order.parse(sort.replace(/^-/, '')),
      descending: sort.startsWith('-'),
      withinDays: read('within') === '14' ? 14 : null,
      day: day.parse(read('day')),
      selfSigned: read('self-signed') === '1',
      weak: read('weak') === '1',
      ca: read('ca') === '1',
      host: text('host')?.toLowerCase() ?? null,
      domain: text('domain')?.toLowerCase() ?? null,
      text: text('q'),
    },
    after: after?.ok === true ? after.value : null,
  };
}

/** The parameters of a view's address, without those that say nothing. */
export function viewParameters(view: CertificateView): readonly (readonly [name: string, value: string])[] {
  const sort = `${view.descending ? '-' : ''}${view.order}`;
  const parameters: readonly (readonly [string, string | null])[] = [
    ['q', view.text],
    ['host', view.host],
    ['domain', view.domain],
    ['within', view.withinDays === null ? null : String(view.withinDays)],
    ['day', view.day],
    ['self-signed', view.selfSigned ? '1' : null],
    ['weak', view.weak ? '1' : null],
    ['ca', view.ca ? '1' : null],
    ['group', view.group],
    ['sort', sort === 'end' ? null : sort],
    ['view', view.table ? 'table' : null],
    ['zoom', view.zoom === firstView.zoom ? null : String(view.zoom)],
  ];
  return parameters.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/** The address of a view. */
export function viewHref(
  view: CertificateView,
  {
    after = null,
    path = '/certificates',
  }: { readonly after?: CertificatePlaceInList | null; readonly path?: string } = {},
): string {
  const parameters = viewParameters(view).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (after !== null) parameters.push(`after=${encodeCursor({ ...after })}`);
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

function filterOf(view: CertificateView, now: Date): CertificateFilter {
  const from = view.day === null ? null : new Date(`${view.day}T00:00:00Z`);
  const ends =
    from === null
      ? view.withinDays === null
        ? null
        : new Date(now.getTime() + view.withinDays * dayMs)
      : new Date(from.getTime() + dayMs);
  return {
    ...{ role: view.ca ? 'ca' : 'server', endsFrom: from, endsBefore: ends },
    ...{ selfSigned: view.selfSigned ? true : null, weak: view.weak ? true : null },
    ...{ host: view.host, domain: view.domain, text: view.text },
  };
}

/** What a view asks the database. Groups have an order of their own. */
export function queryOf(
  view: CertificateView,
  now: Date,
): Pick<CertificateQuery, 'filter' | 'group' | 'order' | 'descending'> {
  const filter = filterOf(view, now);
  return view.group === null
    ? { filter, group: null, order: view.order, descending: view.descending }
    : { filter, group: view.group, order: 'end', descending: false };
}
