import type { WatchdogMail } from '#lib/incidents/watchdog.ts';
import { plainLine, type MailMessage } from '#workers/channels/mail-message.ts';

const subjects: Readonly<Record<WatchdogMail, string>> = {
  alarm: '[WATCHDOG] Latchwatch does not watch as it should',
  reminder: '[WATCHDOG] Latchwatch still does not watch as it should',
  well: '[WATCHDOG] All is well again',
};

/** A mail about Latchwatch itself. The mails of one trouble are a thread. Instants in milliseconds since the epoch. */
export function composeWatchdogMail(about: {
  readonly mail: WatchdogMail;
  readonly reasons: readonly string[];
  readonly troubleAt: number;
  readonly now: number;
  readonly publicUrl: URL;
}): MailMessage {
  const { mail, troubleAt, now, publicUrl } = about;
  const trouble = `watchdog.${troubleAt}`;
  const first = `<${trouble}@${publicUrl.hostname}>`;
  return {
    messageId: mail === 'alarm' ? first : `<${trouble}.${mail}.${now}@${publicUrl.hostname}>`,
    thread: mail === 'alarm' ? null : first,
    incidentId: null,
    subject: subjects[mail],
    text: [
      `Host: ${plainLine(publicUrl.hostname)}`,
      'Address: -',
      'Service: Latchwatch itself',
      `State: ${mail === 'well' ? 'RESOLVED' : 'FIRING'}`,
      `Incident: ${trouble}`,
      '',
      ...bodyOf(about),
      '',
      publicUrl.href,
    ].join('\n'),
  };
}

function bodyOf({
  mail,
  reasons,
  troubleAt,
}: {
  readonly mail: WatchdogMail;
  readonly reasons: readonly string[];
  readonly troubleAt: number;
}): readonly string[] {
  const since = `Since: ${new Date(troubleAt).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  if (mail === 'well') {
    return [
      'Workers write, probe and send alerts again. What changed meanwhile is told now, in the usual mails.',
      since,
    ];
  }
  return [
    'What it means: faults of your mail service may go unnoticed, or nobody may be told of them.',
    since,
    '',
    ...reasons.map((reason) => `- ${plainLine(reason)}`),
    '',
    'What to do: look whether the database and the worker run, and what their logs say. This mail comes from the',
    'watchdog, a process of its own with a relay of its own, and is repeated every four hours until all is well.',
  ];
}
