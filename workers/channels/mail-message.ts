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
}

const maxSubjectCharacters = 200;
const maxLineCharacters = 900;

/** A message of one incident. `sequence` 0 starts the thread that all later ones refer to. */
export function composeAlert(alert: {
  readonly payload: NoticePayload;
  readonly sequence: number;
  readonly publicUrl: URL;
}): MailMessage {
  const { payload, sequence, publicUrl } = alert;
  const idOf = (number: number): string => `<${payload.incidentId.toLowerCase()}.${number}@${publicUrl.hostname}>`;
  return {
    messageId: idOf(sequence),
    thread: sequence === 0 ? null : idOf(0),
    incidentId: payload.incidentId,
    subject: cut(`[${stateOf(payload)}] ${describe(payload)}`, maxSubjectCharacters),
    text: [...headLines(payload), '', ...bodyLines(payload, publicUrl)].join('\n'),
  };
}

/** One message for all warnings since the last. `notices` oldest first, at least one; of each incident the last word counts. */
export function composeDigest(digest: {
  readonly notices: readonly { readonly id: string; readonly payload: NoticePayload }[];
  readonly publicUrl: URL;
}): MailMessage {
  const { notices, publicUrl } = digest;
  const latest = new Map(notices.map(({ payload }) => [payload.incidentId, payload]));
  const all = [...latest.values()];
  const firing = all.filter((payload) => payload.reason !== 'resolved');
  const resolved = all.length - firing.length;
  const counts = [
    ...(firing.length > 0 ? [`${firing.length} ${firing.length === 1 ? 'warning' : 'warnings'}`] : []),
    ...(resolved > 0 ? [`${resolved} resolved`] : []),
  ].join(', ');
  const hosts = [...new Set(all.map((payload) => plainLine(payload.host)))].join(', ');
  const blocks = all.map((payload) => [...headLines(payload), '', ...bodyLines(payload, publicUrl)].join('\n'));
  return {
    messageId: `<digest.${(notices.at(-1)?.id ?? '0').toLowerCase()}@${publicUrl.hostname}>`,
    thread: null,
    incidentId: null,
    subject: cut(`[DIGEST] ${counts}: ${hosts}`, maxSubjectCharacters),
    text: [`Latchwatch digest: ${counts}.`, ...blocks].join('\n\n----------\n\n'),
  };
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
    '',
    `Expected: ${plainLine(payload.expected)}`,
    `Got: ${plainLine(payload.got)}`,
    since,
    '',
    `What to do: ${plainLine(payload.fix)}`,
    '',
    link,
  ];
}

function opening(payload: NoticePayload): readonly string[] {
  const what = plainLine(payload.title);
  if (payload.reopened) return [`${what}.`, 'It had been resolved less than an hour ago.'];
  if (payload.reason === 'worsened') return [`${what}.`, `It is worse than told before: now ${payload.severity}.`];
  return [`${what}.`];
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
