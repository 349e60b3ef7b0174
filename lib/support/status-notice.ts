import { causeRow } from '../incidents/causes.ts';
import type { Service } from '../model/endpoint.ts';
import type { Params, Severity } from '../model/finding.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { HostSight } from './host-sight.ts';

/** What customers notice, in few words; null: nothing that they could. */
export type ProblemKind = 'name' | 'unreachable' | 'encryption' | 'certificate' | 'published-key' | 'refusing';

/** What of an incident is needed to say whom it hits. */
interface Fault {
  readonly code: string;
  readonly severity: Severity;
  readonly params: Params;
}

/** What customers notice of an incident; null: nothing, as of a certificate that is still valid. */
export function problemOf({ code, severity, params }: Fault): ProblemKind | null {
  if (severity !== 'critical' && severity !== 'error') return null;
  if (code === 'latch-failure-spike') return 'refusing';
  const { level, breaks } = causeRow(code);
  if (level === 'host') return 'name';
  if (level === 'port') return code === 'no-route-from-here' || code === 'turned-away' ? null : 'unreachable';
  if ((breaks?.(params) ?? []).length === 0) return null;
  switch (level) {
    case 'zone':
      return 'name';
    case 'tls':
      return 'encryption';
    case 'certificate':
      return 'certificate';
    case 'tlsa':
      return 'published-key';
    case 'latch':
      return 'refusing';
    case 'network':
    case 'resolver':
    case 'advertisement':
      return null;
  }
}

export interface StatusProblem {
  readonly kind: ProblemKind;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Null: it lasts. */
  readonly until: number | null;
}

/** What the status page has to say of one mail server. */
export interface StatusFacts {
  readonly host: string;
  /** The services that are hit; empty: not known which. */
  readonly services: readonly Service[];
  readonly problems: readonly StatusProblem[];
  /** What can be said of the host beside its problems. */
  readonly sight: HostSight;
  /** Services of the host of which something is not known now. */
  readonly unseen: readonly Service[];
  /** When the text is written, milliseconds since the epoch. */
  readonly now: number;
}

/** A text of a title and paragraphs; no paragraph has a line break. */
export interface StatusNotice {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const uses: Readonly<Record<Service, string>> = {
  imap: 'reading mail',
  pop3: 'fetching mail',
  submission: 'sending mail',
  smtp: 'receiving mail from others',
  sieve: 'changing mail filters',
};

const what: Readonly<Record<ProblemKind, string>> = {
  name: 'The name of our mail server cannot be found everywhere at the moment. Some programs connect, others do not.',
  unreachable: 'Our mail server does not answer at the moment.',
  encryption:
    'Our mail server cannot open a protected connection at the moment. Mail programs stop before they log in.',
  certificate:
    'The certificate with which our mail server proves who it is, is not valid at the moment. Some mail programs refuse to connect, others show a warning.',
  'published-key':
    'The key of our mail server and the key that we have published do not fit together. Mail programs that compare them refuse to connect.',
  refusing:
    'Our mail server cannot show a protection at the moment that it promised before. Mail programs that rely on it refuse to connect.',
};

/** What customers had better do, or not do. */
const advice: Readonly<Record<ProblemKind, string>> = {
  name: 'There is nothing that you need to change. Please try again later.',
  unreachable: 'There is nothing that you need to change. Your mail program connects by itself once we are done.',
  encryption: 'Please do not switch encryption off in your mail program: your password would travel unprotected.',
  certificate: 'Please do not click the warning away and do not switch the check off: it protects your password.',
  'published-key': 'Please do not switch the check off: your mail program connects by itself once we are done.',
  refusing:
    'Please do not switch the protection off and do not set up the account anew: your mail program connects by itself once we are done.',
};

const maxProblems = 4;

/** Why nobody can say that a host is well. */
export type NoNotice = Exclude<HostSight, 'seen'>;

/** Why there is no text, and what to do: sentences for whoever asked for one, not for customers. */
export const nothingToPublish: Readonly<Record<NoNotice, readonly string[]>> = {
  unwatched: [
    'Nobody watches a mail server of this name: nothing is known of it, and there is nothing to publish.',
    'Check how the name is written, or have its domain watched. Until then tell customers only what you know yourself.',
  ],
  unseen: [
    'Whether this mail server works is not known now, because not all of its services were seen lately. There is nothing to publish.',
    'See whether our own network is down: then the top of each page says so. Ask again once all services were seen; until then tell customers only what you know yourself.',
  ],
  doubted: [
    'This mail server may have a problem that customers notice, but that is not confirmed. There is nothing to publish yet.',
    'Ask again in some minutes, after the next looks. Until then tell customers only what you know yourself.',
  ],
};

/**
 * The text for the page that the DEEP status of a server names, in the language of customers: what they notice, since
 * when, what they should do, and no word of addresses, ports or software. An error where no problem lasts and the host was
 * not all seen lately: nobody can say that it is well. `nothingToPublish` has words for that.
 */
export function statusNotice({
  host,
  services,
  problems,
  sight,
  unseen,
  now,
}: StatusFacts): Result<StatusNotice, NoNotice> {
  const name = visible(host);
  const lasting = problems.filter(({ until }) => until === null);
  const written = `Written ${instant(now)}.`;
  if (lasting.length === 0) {
    if (sight !== 'seen') return err(sight);
    return ok({ title: `${name}: no known problem`, paragraphs: [...overText(problems), written] });
  }
  const kinds = [...new Set(lasting.map(({ kind }) => kind))].slice(0, maxProblems);
  const since = Math.min(...lasting.map(({ since: at }) => at));
  const hit = [...new Set(services)].map((service) => uses[service]);
  const open = [...new Set(unseen)].filter((service) => !services.includes(service)).map((service) => uses[service]);
  return ok({
    title: `${name}: problem with the mail server`,
    paragraphs: [
      ...kinds.map((kind) => what[kind]),
      ...(hit.length === 0 ? [] : [`This is about ${listText(hit)}.`]),
      ...(open.length === 0 ? [] : [`We cannot see at the moment whether this works: ${listText(open)}.`]),
      `Since: ${instant(since)}. We know of it and work on it.`,
      unseen.includes('smtp')
        ? 'It has nothing to do with your password.'
        : 'It has nothing to do with your password, and no mail is lost.',
      ...new Set(kinds.map((kind) => advice[kind])),
      written,
    ],
  });
}

function overText(problems: readonly StatusProblem[]): readonly string[] {
  const last = problems.toSorted((a, b) => (b.until ?? 0) - (a.until ?? 0))[0];
  if (last?.until === undefined || last.until === null) {
    return ['We know of no problem with this mail server at the moment.'];
  }
  return [
    `The problem with this mail server is over. It lasted from ${instant(last.since)} until ${instant(last.until)}.`,
    'There is nothing that you need to do. If your mail program still does not connect, please close it, open it again, and tell us if that does not help.',
  ];
}

function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `26 November 2026, 14:05 UTC` */
function instant(at: number): string {
  return `${day.format(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;
}

/** A name of a server may come from a stranger: what has no shape or turns text around is left out. */
function visible(text: string): string {
  return text.slice(0, 253).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '');
}

/** The notice as plain text, a paragraph each. */
export function statusText({ title, paragraphs }: StatusNotice): string {
  return `${[title, ...paragraphs].join('\n\n')}\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/** The notice as a page that needs nothing else: no script, no font, no picture, and nothing loaded from anywhere. */
export function statusHtml({ title, paragraphs }: StatusNotice): string {
  const name = escapeHtml(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name}</title>
<style>
body { margin: 2rem auto; max-width: 38rem; padding: 0 1rem; font: 1.05rem/1.55 system-ui, sans-serif; color-scheme: light dark; }
h1 { font-size: 1.4rem; line-height: 1.3; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>${name}</h1>
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
</main>
</body>
</html>
`;
}
