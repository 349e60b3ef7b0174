/** A reference of a finding as a reader can follow it; null for what is for who works on the checks. */
export interface ReferenceLink {
  readonly text: string;
  readonly url: string;
}

/** Where a reference such as `RFC 9525 section 6` or `draft-ietf-uta-email-deep-00 section 10.5` can be read. */
export function referenceLink(ref: string): ReferenceLink | null {
  const [, rfc, rfcSection] = /^RFC (\d+)(?: (?:section|appendix) ([A-Z\d.]+))?$/.exec(ref) ?? [];
  if (rfc !== undefined) return { text: ref, url: `https://www.rfc-editor.org/rfc/rfc${rfc}${fragment(rfcSection)}` };
  const [, draft, draftSection] = /^(draft-[a-z0-9-]+)(?: section ([\d.]+))?$/.exec(ref) ?? [];
  return draft === undefined
    ? null
    : { text: ref, url: `https://datatracker.ietf.org/doc/html/${draft}${fragment(draftSection)}` };
}

function fragment(section: string | undefined): string {
  if (section === undefined) return '';
  return /^\d/.test(section) ? `#section-${section}` : `#appendix-${section}`;
}

/** A section of the draft. */
export function draftLink(section: string): string {
  return `https://datatracker.ietf.org/doc/html/draft-ietf-uta-email-deep-00${fragment(section)}`;
}
