import { environmentRouteId } from '#lib/model/alert-route.ts';
import type { NoticePayload } from '#lib/model/notice.ts';

/** A mail before it is encoded. Every text is one that cannot forge a header or a line of its own. */
export interface MailMessage {
  /** With angle brackets; the same however often it is sent, so that a second copy is known as one. */
  readonly messageId: string;
  /** Message-ID of the mail that started the thread; null: this one does. */
  readonly thread: string | null;
  readonly incidentId: string | null;
  readonly subject: string;
  readonly text: string;
  /** Identifier of the list that it is sorted by (RFC 2919), without angle brackets; null: none. */
  readonly listId?: string | null;
}

const maxSubjectCharacters = 200;
const maxLineCharacters = 900;

/** A mail that tells of many. */
interface Collection {
  /**
   * Of numbers and our own words alone, and short: for a relay that refused the mail with all names in it, whatever a filter
   * minds or a limit forbids.
   */
  readonly bare?: boolean;
  readonly publicUrl: URL;
}

/** A message of one incident. `thread` is the Message-ID that all later ones refer to; null: this one starts it. */
export function composeAlert(alert: {
  readonly payload: NoticePayload;
  readonly sequence: number;
  readonly thread: string | null;
  readonly publicUrl: URL;
  /** Whose thread it is: two routes that end in one mailbox keep theirs apart. */
  readonly routeId?: string;
  /** Where the receiver can take the incident; null: nowhere. */
  readonly acknowledgeUrl?: string | null;
}): MailMessage {
  const { payload, sequence, thread, publicUrl, routeId = environmentRouteId, acknowledgeUrl = null } = alert;
  const route = routeId === environmentRouteId ? '' : `.${routeId.slice(0, 8)}`;
  const offered = payload.reason === 'resolved' ? null : acknowledgeUrl;
  return {
    messageId: `<${payload.incidentId.toLowerCase()}.${sequence}${route}@${publicUrl.hostname}>`,
    thread,
    incidentId: payload.incidentId,
    subject: composeSubject(payload),
    text: [...headLines(payload), '', ...bodyLines(payload, publicUrl), ...acknowledgeLines(offered)].join('\n'),
    listId: listIdOf(publicUrl),
  };
}

/** One message for all warnings since the last. `notices` oldest first; of each incident the last word counts. */
export function composeDigest(
  digest: Collection & {
    readonly notices: readonly { readonly id: string; readonly payload: NoticePayload }[];
    /** What was repeated so often that only the digest still names it. */
    readonly stillOpen?: readonly NoticePayload[];
    /** Tells two digests without news apart. Milliseconds since the epoch. */
    readonly now?: number;
  },
): MailMessage {
  const { notices, publicUrl, stillOpen = [], now = 0, bare = false } = digest;
  const all = lastWords(notices);
  const old = stillOpen.filter(({ incidentId }) => !all.some((payload) => payload.incidentId === incidentId));
  const counts = [
    ...(all.length === 0 ? [] : [countStates(all)]),
    ...(old.length === 0 ? [] : [`${old.length} still open`]),
  ].join(', ');
  const shown = [...all, ...old];
  const blocks = shown.map((payload) => [...headLines(payload), '', ...bodyLines(payload, publicUrl)].join('\n'));
  const last = notices.at(-1)?.id ?? `open.${String(now)}`;
  return collected({
    ...{ bare, publicUrl, id: `digest.${last}`, word: 'DIGEST', counts, hosts: hostsOf(shown) },
    opening: `Latchwatch digest: ${counts}.`,
    body: ['', '----------', '', blocks.join('\n\n----------\n\n')],
  });
}

/** How many incidents a summary names one by one. */
const maxSummarized = 2000;

/** One message for all that did not fit into the hour of a route. `notices` oldest first, at least one. */
export function composeSummary(
  summary: Collection & {
    readonly notices: readonly { readonly id: string; readonly payload: NoticePayload }[];
  },
): MailMessage {
  const { notices, publicUrl, bare = false } = summary;
  const all = lastWords(notices);
  const counts = countStates(all, 'firing');
  const lines = all
    .slice(0, maxSummarized)
    .map(
      (payload) => `${stateOf(payload)} ${payload.severity} ${describe(payload)} (${plainLine(payload.incidentId)})`,
    );
  const more = all.length - lines.length;
  return collected({
    ...{ bare, publicUrl, id: `summary.${notices.at(-1)?.id ?? '0'}`, word: 'SUMMARY', counts, hosts: hostsOf(all) },
    opening: `More happened than one hour of mail may tell: ${counts}.`,
    body: [
      'Each line is the last word about one incident.',
      '',
      ...lines,
      ...(more > 0 ? [`and ${more} more`] : []),
      '',
      incidentsUrl(publicUrl),
    ],
  });
}

function collected(
  mail: Required<Collection> & {
    readonly id: string;
    readonly word: 'DIGEST' | 'SUMMARY';
    readonly counts: string;
    readonly hosts: string;
    readonly opening: string;
    readonly body: readonly string[];
  },
): MailMessage {
  const { bare, publicUrl, word, counts, opening } = mail;
  return {
    messageId: `<${mail.id.toLowerCase()}${bare ? '.bare' : ''}@${publicUrl.hostname}>`,
    thread: null,
    incidentId: null,
    subject: cut(`[${word}] ${counts}${bare ? '' : `: ${mail.hosts}`}`, maxSubjectCharacters),
    text: [opening, ...(bare ? bareLines(publicUrl) : mail.body)].join('\n'),
    listId: listIdOf(publicUrl),
  };
}

function bareLines(publicUrl: URL): readonly string[] {
  return [
    '',
    'Your mail relay refused the mail that says what they are, so this one has no more than their number. See them here:',
    incidentsUrl(publicUrl),
    '',
    'The log of the worker has what the relay objected to; so has each alert in the log of its route.',
  ];
}

function incidentsUrl(publicUrl: URL): string {
  return new URL('/incidents', publicUrl).href;
}

function lastWords(notices: readonly { readonly payload: NoticePayload }[]): readonly NoticePayload[] {
  return [...new Map(notices.map(({ payload }) => [payload.incidentId, payload])).values()];
}

function countStates(all: readonly NoticePayload[], word?: string): string {
  const firing = all.filter((payload) => payload.reason !== 'resolved').length;
  const resolved = all.length - firing;
  return [
    ...(firing > 0 ? [`${firing} ${word ?? (firing === 1 ? 'warning' : 'warnings')}`] : []),
    ...(resolved > 0 ? [`${resolved} resolved`] : []),
  ].join(', ');
}

const maxHosts = 5;

function hostsOf(all: readonly NoticePayload[]): string {
  const hosts = [...new Set(all.map((payload) => plainLine(payload.host)))];
  const more = hosts.length - maxHosts;
  return `${hosts.slice(0, maxHosts).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

function listIdOf(publicUrl: URL): string {
  return `latchwatch.${publicUrl.hostname}`;
}

function composeSubject(payload: NoticePayload): string {
  const accounts = payload.impact === null ? 0 : payload.impact.breaks + payload.impact.atRisk;
  const tail = accounts === 0 ? '' : ` (${accounts.toLocaleString('en')} ${accounts === 1 ? 'account' : 'accounts'})`;
  return `${cut(`[${stateOf(payload)}] ${describe(payload)}`, maxSubjectCharacters - tail.length)}${tail}`;
}

function acknowledgeLines(url: string | null): readonly string[] {
  return url === null ? [] : ['', 'Take it (the link works for a day):', url];
}

/** Lines that ticket systems read: their names and order stay. */
function headLines(payload: NoticePayload): readonly string[] {
  return [
    `Host: ${plainLine(payload.host)}`,
    `Address: ${plainLine(payload.addresses.join(', ')) || '-'}`,
    `Service: ${plainLine(payload.service)}`,
    `State: ${stateOf(payload)}`,
    `Incident: ${plainLine(payload.incidentId)}`,
    `Severity: ${payload.severity}`,
    `Code: ${plainLine(payload.code)}`,
  ];
}

function bodyLines(payload: NoticePayload, publicUrl: URL): readonly string[] {
  const link = new URL(`/incidents/${encodeURIComponent(payload.incidentId)}`, publicUrl).href;
  const since = `Since: ${instant(payload.firstSeen)}`;
  if (payload.reason === 'resolved') {
    return [
      `Over: ${describe(payload)}`,
      '',
      `Why: ${plainLine(payload.resolution ?? 'seen to be fine again')}`,
      since,
      `Until: ${instant(payload.decidedAt)}`,
      '',
      link,
    ];
  }
  return [
    ...opening(payload),
    '',
    `What it means: ${plainLine(payload.meaning)}`,
    ...impactLines(payload),
    '',
    `Expected: ${plainLine(payload.expected)}`,
    `Got: ${plainLine(payload.got)}`,
    since,
    ...subjectLines(payload),
    '',
    `What to do: ${plainLine(payload.fix)}`,
    '',
    link,
  ];
}

function opening(payload: NoticePayload): readonly string[] {
  const what = plainLine(payload.title);
  if (payload.reopened) return [`${what}.`, 'It had been resolved less than an hour ago.'];
  switch (payload.reason) {
    case 'worsened':
      return [`${what}.`, `It is worse than told before: now ${payload.severity}.`];
    case 'repeated':
      return [`${what}.`, 'It is still so, and nobody has taken it.'];
    case 'escalated':
      return [`${what}.`, 'Nobody took it in time.'];
    case 'unacknowledged':
      return [`${what}.`, 'Somebody took it a day ago, and it is still so: it is open again.'];
    case 'unstable':
      return [`${what}.`, 'It comes and goes.'];
    case 'opened':
    case 'resolved':
      return [`${what}.`];
  }
}

function impactLines({ impact }: NoticePayload): readonly string[] {
  if (impact === null || impact.breaks + impact.atRisk === 0) return [];
  const unknown =
    impact.unknownShare === null
      ? ''
      : `; of ${Math.round(impact.unknownShare * 100)} % of the logins nothing is known`;
  return [
    `Accounts: ${impact.breaks.toLocaleString('en')} refuse to connect, ${impact.atRisk.toLocaleString('en')} probably${unknown}`,
  ];
}

/** How many subjects of one cause a mail names. */
const maxSubjects = 40;

function subjectLines({ subjects, explains }: NoticePayload): readonly string[] {
  const named = subjects.slice(0, maxSubjects).map((subject) => `  ${plainLine(subject)}`);
  const more = subjects.length - named.length;
  return [
    ...(subjects.length === 0 ? [] : ['', `It shows on ${subjects.length}:`, ...named]),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(explains > 0
      ? ['', `It explains ${explains} other ${explains === 1 ? 'incident' : 'incidents'}, of which nobody is told.`]
      : []),
  ];
}

/** `host: what`, without saying the host twice. */
function describe({ host, title }: NoticePayload): string {
  const name = plainLine(host);
  const what = plainLine(title);
  if (what.startsWith(`${name}: `)) return what;
  if (what.startsWith(`${name} `)) return `${name}: ${what.slice(name.length + 1)}`;
  const port = /^:\d{1,5} /.test(what.slice(name.length)) && what.startsWith(name);
  return port ? `${name}: port ${what.slice(name.length + 1)}` : `${name}: ${what}`;
}

function stateOf({ reason }: NoticePayload): 'FIRING' | 'RESOLVED' {
  return reason === 'resolved' ? 'RESOLVED' : 'FIRING';
}

/** One line of what may come from a stranger: control, bidi and other invisible characters are shown, not obeyed. */
export function plainLine(text: string): string {
  const shown = text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return cut(shown, maxLineCharacters);
}

function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
