import { readXml } from '#lib/advert/read-xml.ts';
import type { Database } from '#prisma/client.ts';
import { createEngine } from './engine.ts';
import { startSmtpSink } from './smtp-sink.ts';

/* What leaves the console for other programs: spreadsheets, calendars, feed readers, ticket systems and mail readers. */

/** RFC 4180. */
function csvFields(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, quoted, bare]) =>
    (quoted ?? bare ?? '').replaceAll('""', '"'),
  );
}

/** Names of properties and parts of RFC 5545 that our calendars may have; VALARM would ring and run. */
const calendarLine =
  /^(?: |(?:BEGIN|END):(?:VCALENDAR|VEVENT)$|(?:VERSION|PRODID|CALSCALE|METHOD|NAME|X-WR-CALNAME|REFRESH-INTERVAL|X-PUBLISHED-TTL|UID|DTSTAMP|DTSTART|DTEND|DURATION|SUMMARY|DESCRIPTION|URL|CATEGORIES|LAST-MODIFIED|CREATED|SEQUENCE|TRANSP|STATUS|CLASS)[;:])/;

/** Header fields that a mail of ours may have. */
const mailField =
  /^(?:from|to|subject|date|message-id|in-reply-to|references|mime-version|content-type|content-transfer-encoding|auto-submitted|precedence|importance|x-priority|x-latchwatch-[a-z-]+|list-id|received|x-auto-response-suppress):/i;

/** Text of strangers that a file of this type would obey; none is what is wanted. */
export function findObedience(contentType: string, text: string): readonly string[] {
  const [type = ''] = contentType.split(';');
  switch (type) {
    case 'text/csv':
      return csvFields(text).filter((field) => /^[=+\-@\t\r]/.test(field) && !/^-?\d+(\.\d+)?$/.test(field));
    case 'text/calendar':
      return text.split('\r\n').filter((line) => line !== '' && !calendarLine.test(line));
    case 'application/atom+xml': {
      const root = readXml(text);
      return root.ok ? [] : [root.error];
    }
    case 'text/markdown': {
      // What is escaped is text, and so are code blocks; addresses in angle brackets are ours.
      const bare = text.replaceAll(/^(`{3,}).*\n[^]*?^\1$/gm, '');
      const live = bare.replaceAll(/\\[!-/:-@[-`{-~]/g, '').replaceAll(/<https?:\/\/[^<>\s]*>/g, '');
      return live.split('\n').filter((line) => /<[a-z!/]|\]\((?!https?:)/i.test(line) && !/^(?: {4}|\t)/.test(line));
    }
    case 'message/rfc822': {
      const [header = ''] = text.split('\r\n\r\n');
      return header.split('\r\n').filter((line) => !/^[ \t]/.test(line) && !mailField.test(line));
    }
    case 'application/json':
    case 'application/x-ndjson':
      return text.split(type === 'application/json' ? '\0' : '\n').flatMap((part) => {
        if (part === '') return [];
        JSON.parse(part);
        return [];
      });
    case 'text/plain':
    case 'application/x-pem-file':
      return [];
    default:
      return [`a file of type ${contentType}: say here what would be obeyed in it`];
  }
}

/** The mails that wait in the outbox of a console, as a relay gets them. */
export async function mailsOf(database: Database): Promise<readonly string[]> {
  const sink = await startSmtpSink();
  const engine = createEngine(database);
  engine.clock.set(Date.now());
  engine.sight.relayPort = sink.port;
  await engine.runDue('notify');
  await sink.close();
  return sink.mails.map(({ raw }) => raw);
}
