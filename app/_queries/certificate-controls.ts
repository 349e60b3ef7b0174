import type { CertificateControls } from '#components/certificates/certificate-controls.tsx';
import type { CertificateColumn } from '#components/certificates/certificate-table.tsx';
import { zoomDays } from '#components/certificates/time-scale.ts';
import { visibleText } from '#components/ui/visible-text.ts';
import type { CertificateView } from './certificate-view.ts';
import { viewHref, viewParameters } from './certificate-view.ts';
import type { CertificateOrder } from './certificates.ts';
import { maxCounted } from './certificates.ts';

function counted(text: string, count: number): string {
  return `${text} (${count >= maxCounted ? `${String(maxCounted)}+` : String(count)})`;
}

/** The links and fields above the list, for the view that is shown. */
export function certificateControls(
  view: CertificateView,
  counts: { readonly soon: number; readonly selfSigned: number; readonly weak: number },
): Parameters<typeof CertificateControls>[0] {
  const link = (text: string, change: Partial<CertificateView>, current: boolean) => ({
    text,
    href: viewHref({ ...view, ...change }),
    current,
  });
  const narrowedTo = [
    ...(view.host === null ? [] : [{ text: `On ${visibleText(view.host)}.`, href: viewHref({ ...view, host: null }) }]),
    ...(view.domain === null
      ? []
      : [{ text: `Of ${visibleText(view.domain)}.`, href: viewHref({ ...view, domain: null }) }]),
    ...(view.day === null ? [] : [{ text: `Ending on ${view.day}.`, href: viewHref({ ...view, day: null }) }]),
    ...(view.text === null
      ? []
      : [{ text: `With “${visibleText(view.text)}”.`, href: viewHref({ ...view, text: null }) }]),
  ];
  return {
    text: view.text ?? '',
    kept: viewParameters({ ...view, text: null }),
    narrowedTo,
    filters: [
      link(
        counted('ends in 14 days', counts.soon),
        { withinDays: view.withinDays === null ? 14 : null, day: null },
        view.withinDays !== null,
      ),
      link(counted('self-signed', counts.selfSigned), { selfSigned: !view.selfSigned }, view.selfSigned),
      link(counted('weak', counts.weak), { weak: !view.weak }, view.weak),
      link('CA certificates', { ca: !view.ca }, view.ca),
    ],
    groups: [
      link('nothing', { group: null }, view.group === null),
      link('domain', { group: 'domain' }, view.group === 'domain'),
      link('issuer', { group: 'issuer' }, view.group === 'issuer'),
      link('server', { group: 'server' }, view.group === 'server'),
    ],
    views: [link('timeline', { table: false }, !view.table), link('table', { table: true }, view.table)],
    zooms: view.table
      ? []
      : zoomDays.map((zoom) => link(zoom === 365 ? '1 year' : `${String(zoom)} days`, { zoom }, view.zoom === zoom)),
    files: [
      { text: 'This list as CSV', href: viewHref(view, { path: '/certificates/export' }) },
      { text: 'Ends as a calendar (iCal)', href: '/feeds/certificates.ics' },
    ],
  };
}

/** The heads of the table, each with the address that sorts by it, or the other way round. */
export function certificateColumns(view: CertificateView): readonly CertificateColumn[] {
  const column = (text: string, order: CertificateOrder): CertificateColumn => {
    if (view.group !== null) return { text, href: null, sorted: null };
    const isThis = view.order === order;
    return {
      text,
      href: viewHref({ ...view, order, descending: isThis && !view.descending }),
      sorted: isThis ? (view.descending ? 'descending' : 'ascending') : null,
    };
  };
  return [
    column('Name', 'name'),
    column('Ends', 'end'),
    column('Begins', 'begin'),
    column('Issuer', 'issuer'),
    column('Key', 'key'),
    { text: 'Where', href: null, sorted: null },
    { text: 'Dates beside it', href: null, sorted: null },
  ];
}
