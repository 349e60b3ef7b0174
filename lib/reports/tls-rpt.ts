import { createHash } from 'node:crypto';
import { isRecord } from '../drift/generic-difference.ts';
import { parseDomainName } from '../model/domain-name.ts';
import { err, ok, type Result } from '../model/result.ts';

/*
 * Reports of other providers on how TLS went when they sent mail to us (RFC 8460 section 4.4). Real ones leave out what
 * the RFC asks for: addresses, contacts, the domain where there was no policy. Whatever can be counted is.
 */

/** One policy of a report: what another provider saw of one domain in some hours. */
export interface TlsReportPolicy {
  /** The same for the same policy of the same report, however often and by whomever it is handed in. */
  readonly id: string;
  readonly organization: string;
  readonly reportId: string;
  /** A-label form; '': not told. */
  readonly domain: string;
  /** `tlsa`, `sts`, `no-policy-found`, or what stood there. */
  readonly policyType: string;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** Sessions. */
  readonly successes: number;
  readonly failures: number;
  /** The most frequent first; at most 200. */
  readonly details: readonly TlsReportFailure[];
}

interface TlsReportFailure {
  /** As RFC 8460 section 4.3 names it, or what stood there. */
  readonly resultType: string;
  /** Sessions. */
  readonly sessions: number;
  /** Host of ours that was tried; null: not told, as the others. */
  readonly receivingHost: string | null;
  readonly receivingAddress: string | null;
  /** The server of the other provider. */
  readonly sendingAddress: string | null;
  readonly reason: string | null;
}

const maxPolicies = 200;
const maxDetails = 200;
const maxTextCharacters = 200;
const maxWordCharacters = 60;
const dayMs = 86_400_000;
const maxRangeMs = 32 * dayMs;

/** Reads a report, already inflated. The error is one sentence. `now`: milliseconds since the epoch. */
export function parseTlsReport(text: string, now: number): Result<readonly TlsReportPolicy[]> {
  const json = parseJson(text);
  if (!isRecord(json)) return err('The report is not a JSON object.');
  const range = isRecord(json['date-range']) ? json['date-range'] : {};
  const startsAt = readTime(range['start-datetime']);
  const endsAt = readTime(range['end-datetime']);
  if (startsAt === null || endsAt === null) return err('The report does not say of which time it is.');
  if (endsAt < startsAt || endsAt - startsAt > maxRangeMs)
    return err('The report ends before it starts, or is too long.');
  if (startsAt > now + dayMs) return err('The report is of a time that is still to come.');
  const organization = readText(json['organization-name'], maxTextCharacters) ?? '';
  const reportId = readText(json['report-id'], maxTextCharacters) ?? '';
  if (organization === '' && reportId === '') return err('The report names neither its sender nor itself.');
  const policies = asList(json['policies']);
  if (policies.length === 0) return err('The report holds no policies.');
  if (policies.length > maxPolicies) return err(`The report holds more than ${String(maxPolicies)} policies.`);
  const facts = { organization, reportId, startsAt, endsAt };
  const seen = new Map<string, number>();
  return ok(
    policies.filter(isRecord).map((entry) => {
      const name = identify(entry, facts);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      return { ...facts, ...readPolicy(entry), id: sha256(`${name} ${String(count)}`) };
    }),
  );
}

type Entry = Readonly<Record<string, unknown>>;

/** What makes a policy of a report the one that it is. Counts are no part of it. */
function identify(
  entry: Entry,
  facts: { readonly organization: string; readonly reportId: string; readonly startsAt: number },
) {
  const policy = isRecord(entry['policy']) ? entry['policy'] : {};
  const { organization, reportId, startsAt } = facts;
  const told = ['policy-type', 'policy-domain', 'policy-string', 'mx-host'].map((name) => policy[name] ?? null);
  return sha256(JSON.stringify([organization, reportId, startsAt, ...told]));
}

function readPolicy(entry: Entry) {
  const policy = isRecord(entry['policy']) ? entry['policy'] : {};
  const summary = isRecord(entry['summary']) ? entry['summary'] : {};
  const domain = parseDomainName(readText(policy['policy-domain'], maxTextCharacters * 2) ?? '');
  const details = asList(entry['failure-details']).filter(isRecord).map(readFailure);
  const told = details.reduce((sum, { sessions }) => sum + sessions, 0);
  return {
    domain: domain.ok ? domain.value.ascii : '',
    policyType: (readText(policy['policy-type'], maxWordCharacters) ?? 'not told').toLowerCase(),
    successes: readCount(summary['total-successful-session-count']) ?? 0,
    failures: readCount(summary['total-failure-session-count']) ?? told,
    details: details.toSorted((a, b) => b.sessions - a.sessions).slice(0, maxDetails),
  };
}

function readFailure(detail: Entry): TlsReportFailure {
  return {
    resultType: (readText(detail['result-type'], maxWordCharacters) ?? 'not told').toLowerCase(),
    sessions: readCount(detail['failed-session-count']) ?? 1,
    receivingHost:
      readText(detail['receiving-mx-hostname'], maxTextCharacters)?.toLowerCase().replace(/\.$/, '') ?? null,
    receivingAddress: readText(detail['receiving-ip'], maxWordCharacters),
    sendingAddress: readText(detail['sending-mta-ip'], maxWordCharacters),
    reason:
      readText(detail['failure-reason-code'], maxTextCharacters) ??
      readText(detail['additional-information'] ?? detail['additional-info-uri'], maxTextCharacters),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

/** Some programs write the only entry of a list without the list. */
function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? [value] : [];
}

/** Halves of characters, which no database keeps. */
const halves = /[\ud800-\udfff]/gu;

/** Text without NUL, cut; null where there is none. */
function readText(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\u0000', '').trim().slice(0, max).replace(halves, '');
  return text === '' ? null : text;
}

/** Sessions: a whole number, or its digits as text. */
function readCount(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** RFC 3339; without a zone it is taken for UTC, since some write it so. */
function readTime(value: unknown): number | null {
  const parts =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(.*)$/.exec(value.trim()) : null;
  if (parts === null) return null;
  const zone = /^[+-]\d\d:\d\d$/.test(parts[3] ?? '') ? (parts[3] ?? '') : 'Z';
  const time = Date.parse(`${parts[1] ?? ''}T${parts[2] ?? ''}${zone}`);
  return Number.isNaN(time) ? null : time;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
