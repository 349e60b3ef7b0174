import type { Severity } from '../model/finding.ts';

/** What a ticket says of an incident. Texts may quote strangers. Instants are milliseconds since the epoch. */
export interface TicketFacts {
  readonly id: string;
  readonly state: string;
  readonly severity: Severity;
  readonly code: string;
  readonly title: string;
  /** `mail.example.org:993`, or what it is about. */
  readonly place: string;
  readonly addresses: readonly string[];
  /** What shares its cause, each `host:port`. */
  readonly subjects: readonly string[];
  readonly expected: string;
  readonly got: string;
  readonly meaning: string;
  readonly fix: string;
  /** Shell commands that show it, quoted already. */
  readonly commands: readonly string[];
  readonly refs: readonly string[];
  readonly firstSeen: number;
  readonly resolvedAt: number | null;
  readonly owner: string | null;
  /** The page of the incident. */
  readonly url: string;
}

const longestText = 2000;
const longestList = 20;

/** One line in which everything can be seen: what has no shape, or turns text around, is written as `[U+202E]`. */
function oneLine(text: string): string {
  return text
    .slice(0, longestText)
    .replaceAll(/\r\n|[\r\n\t]/g, ' ')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]/gu, (character) => {
      const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      return `[U+${hex}]`;
    });
}

/**
 * Text as Markdown that stays text: what could begin markup, HTML, a link, a mention or a reference of a tracker is
 * escaped (CommonMark 0.31 section 2.4, and the autolinks of GitHub's dialect).
 */
function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_[\]<>#!|~&@:$^]/g, String.raw`\$&`)
    .replaceAll(/www\./gi, (match) => `${match.slice(0, -1)}\\.`)
    .replace(/^\s*([-+=])/, String.raw`\$1`)
    .replace(/^(\s*\d+)([.)])/, String.raw`$1\$2`);
}

/** A block of code that what stands in it cannot end: its fence is longer than any inside. */
function codeBlock(lines: readonly string[], language: string): string {
  const text = lines.map(oneLine).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** At most so many of a list, and how many there are more. */
function some(items: readonly string[]): readonly string[] {
  if (items.length <= longestList) return items;
  return [...items.slice(0, longestList), `and ${String(items.length - longestList)} more`];
}

/** An incident as Markdown for a ticket of any tracker. What strangers wrote in it stays text. */
export function ticketMarkdown(facts: TicketFacts): string {
  const { title, place, state, severity, addresses, subjects, commands, refs } = facts;
  const row = (name: string, value: string): string => `- **${name}:** ${value}`;
  const parts = [
    `# ${markdownText(title)}`,
    [
      row('Where', markdownText(place)),
      ...(addresses.length === 0 ? [] : [row('Addresses', markdownText(some(addresses).join(', ')))]),
      ...(subjects.length === 0 ? [] : [row('Places', markdownText(some(subjects).join(', ')))]),
      row('State', `${state}, ${severity}`),
      row('Since', instant(facts.firstSeen)),
      ...(facts.resolvedAt === null ? [] : [row('Over', instant(facts.resolvedAt))]),
      ...(facts.owner === null ? [] : [row('With', markdownText(facts.owner))]),
      row('Incident', `<${facts.url}>`),
    ].join('\n'),
    `## What was found\n\n${row('Expected', markdownText(facts.expected))}\n${row('Got', markdownText(facts.got))}`,
    `## What it means for customers\n\n${markdownText(facts.meaning)}`,
    `## What to do\n\n${markdownText(facts.fix)}`,
    ...(commands.length === 0 ? [] : [`See for yourself:\n\n${codeBlock(commands, 'sh')}`]),
    markdownText([facts.code, ...refs].join(', ')),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The same as JSON: a subject of one line, a text, and the facts by name. */
export function ticketJson(facts: TicketFacts): string {
  const { firstSeen, resolvedAt, ...rest } = facts;
  const clean = (value: unknown): unknown =>
    typeof value === 'string' ? oneLine(value) : Array.isArray(value) ? value.map(clean) : value;
  const fields = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, clean(value)]));
  return JSON.stringify(
    {
      subject: ticketSubject(facts),
      description: ticketMarkdown(facts),
      ...fields,
      first_seen: new Date(firstSeen).toISOString(),
      resolved_at: resolvedAt === null ? null : new Date(resolvedAt).toISOString(),
    },
    null,
    2,
  );
}

const longestSubject = 150;

/** One line that fits a subject: nothing in it can begin another header field (RFC 5322 section 2.2). */
export function ticketSubject({ severity, title }: Pick<TicketFacts, 'severity' | 'title'>): string {
  const line = `[${severity}] ${oneLine(title)}`;
  return line.length <= longestSubject ? line : `${line.slice(0, longestSubject - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
