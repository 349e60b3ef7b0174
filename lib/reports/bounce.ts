import { findHeaderField, type MimeMessage } from '../mail/mime-parts.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readTagList } from './tag-list.ts';

/** A delivery that failed because of security latches (draft section 7.4); whose mail it was is not read. */
export interface LatchBounce {
  /** `YYYY-MM-DD`, UTC, of the last attempt. */
  readonly day: string;
  /** Who tells of it (Reporting-MTA, RFC 3464 section 2.2.2), lower case; '': not told. */
  readonly reporter: string;
  /** Whose server it was (Remote-MTA, RFC 3464 section 2.3.5), lower case; '': not told. */
  readonly remote: string;
  /** In lower case, each once, sorted. */
  readonly tags: readonly string[];
}

const maxRecipients = 100;
const maxNameCharacters = 255;
const dayMs = 86_400_000;
const maxAgeMs = 400 * dayMs;

/**
 * Reads the deliveries in a status notification (RFC 3464) that name latches: recipients with a field
 * SMTP-Security-Latch. The error is one sentence. `now`: milliseconds since the epoch.
 */
export function readBounce(message: MimeMessage, now: number): Result<readonly LatchBounce[]> {
  const status = message.parts.find(({ contentType }) =>
    ['message/delivery-status', 'message/global-delivery-status'].includes(contentType),
  );
  if (status === undefined) return err('The message is no delivery status notification.');
  const [first = '', ...recipients] = status.body
    .toString('latin1')
    .split(/(?:\r?\n){2,}/)
    .filter((group) => group.trim() !== '');
  const sent = findHeaderField(message.header, 'date');
  const reporter = readMta(findHeaderField(first, 'reporting-mta'));
  const bounces = recipients.slice(0, maxRecipients).flatMap((group): readonly LatchBounce[] => {
    const tags = readTagList((findHeaderField(group, 'smtp-security-latch') ?? '').replace(/\([^()]*\)|\t/g, ' '));
    if (!tags.ok || tags.value.length === 0) return [];
    const day = dayOf(findHeaderField(group, 'last-attempt-date') ?? sent, now);
    return [{ day, reporter, remote: readMta(findHeaderField(group, 'remote-mta')), tags: tags.value }];
  });
  return bounces.length === 0 ? err('The notification names no security latch.') : ok(bounces);
}

/** `dns; mail.example.org` as the name alone. */
function readMta(field: string | null): string {
  const name = (/^[^;]*;\s*([^\s(]+)/.exec(field ?? '')?.[1] ?? '').toLowerCase();
  return /^[a-z0-9._:[\]-]+$/.test(name) && name.length <= maxNameCharacters ? name : '';
}

/** A date that cannot be is that of today. */
function dayOf(field: string | null, now: number): string {
  const time = Date.parse((field ?? '').replace(/\([^()]*\)/g, ''));
  const isLikely = time <= now + dayMs && time > now - maxAgeMs;
  return new Date(isLikely ? Math.min(time, now) : now).toISOString().slice(0, 10);
}
