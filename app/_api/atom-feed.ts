/** One entry of a feed. Texts may be of strangers. */
export interface AtomEntry {
  /** Never changes, and nothing else ever has it: an IRI. */
  readonly id: string;
  readonly title: string;
  readonly published: Date;
  /** Moves with every change, so that readers show it again. */
  readonly updated: Date;
  readonly categories: readonly { readonly scheme: string; readonly term: string }[];
  readonly text: string;
  readonly url: string;
}

/** Not a character of XML 1.0 (its section 2.2). */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text as XML can hold it, between tags and within quotes. */
function escapeXml(text: string): string {
  return text
    .replaceAll(notXml, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A feed of RFC 4287. `selfUrl` is its address without anything secret. */
export function atomFeed(feed: {
  readonly id: string;
  readonly title: string;
  readonly selfUrl: string;
  readonly pageUrl: string;
  readonly updated: Date;
  readonly entries: readonly AtomEntry[];
}): string {
  const entries = feed.entries.map((entry) =>
    [
      '  <entry>',
      `    <id>${escapeXml(entry.id)}</id>`,
      `    <title type="text">${escapeXml(entry.title)}</title>`,
      `    <published>${entry.published.toISOString()}</published>`,
      `    <updated>${entry.updated.toISOString()}</updated>`,
      ...entry.categories.map(
        ({ scheme, term }) => `    <category scheme="${escapeXml(scheme)}" term="${escapeXml(term)}"/>`,
      ),
      `    <link rel="alternate" type="text/html" href="${escapeXml(entry.url)}"/>`,
      `    <content type="text">${escapeXml(entry.text)}</content>`,
      '  </entry>',
    ].join('\n'),
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `  <id>${escapeXml(feed.id)}</id>`,
    `  <title type="text">${escapeXml(feed.title)}</title>`,
    `  <updated>${feed.updated.toISOString()}</updated>`,
    '  <author><name>Latchwatch</name></author>',
    `  <link rel="self" type="application/atom+xml" href="${escapeXml(feed.selfUrl)}"/>`,
    `  <link rel="alternate" type="text/html" href="${escapeXml(feed.pageUrl)}"/>`,
    ...entries,
    '</feed>',
    '',
  ].join('\n');
}
