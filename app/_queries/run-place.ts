import type { RunStart } from './endpoint-runs.ts';

/** An instant as `?before=` and `?after=` have it; null for what is none. */
export function parseInstant(text: string | null): Date | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The address of the page that compares two runs of an endpoint. */
export function compareHref(
  endpointId: string,
  { before, after, vantage = null }: { readonly before: Date; readonly after: Date; readonly vantage?: string | null },
): string {
  const query = new URLSearchParams([
    ['before', before.toISOString()],
    ['after', after.toISOString()],
    ...(vantage === null ? [] : [['vantage', vantage]]),
  ]);
  return `/endpoints/${endpointId}/compare?${query.toString()}`;
}

const pieceWords: Readonly<Record<string, string>> = { addresses: 'addresses in DNS', tlsa: 'TLSA records' };

/** What was new in a run, e.g. `192.0.2.1, TLSA records`. */
export function startWords({ pieces }: RunStart): string {
  return pieces.map(({ kind, address }) => (address === '' ? (pieceWords[kind] ?? kind) : address)).join(', ');
}
