/** Kinds of what is found, in the order in which they are shown. */
export const foundKinds = [
  { kind: 'page', title: 'Pages' },
  { kind: 'doing', title: 'Do' },
  { kind: 'incident', title: 'Open incidents' },
  { kind: 'domain', title: 'Domains' },
  { kind: 'endpoint', title: 'Endpoints' },
  { kind: 'code', title: 'Findings' },
] as const;
export type FoundKind = (typeof foundKinds)[number]['kind'];

/** Something that was found by typing. */
export interface FoundItem {
  readonly kind: FoundKind;
  readonly href: string;
  /** Both as they may be shown: without characters that cannot be seen. */
  readonly text: string;
  readonly detail: string;
}

/** Reads the answer of the search; null for anything else. */
export function readFoundItems(value: unknown): readonly FoundItem[] | null {
  if (!Array.isArray(value)) return null;
  const items = value.map((item: unknown): FoundItem | null => {
    if (typeof item !== 'object' || item === null) return null;
    const { kind, href, text, detail } = { kind: '', href: '', text: '', detail: '', ...item };
    const known = foundKinds.find((one) => one.kind === kind);
    // Only pages of our own.
    return known === undefined || !/^\/(?!\/)/.test(href) ? null : { kind: known.kind, href, text, detail };
  });
  return items.filter((item) => item !== null);
}
