import { isRecord } from '../drift/generic-difference.ts';
import type { Report } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { isDovecotEvent, readDovecotEvent } from './dovecot-event.ts';
import { createLogReader } from './log-reader.ts';
import { splitBody } from './read-lines.ts';
import { readReport, type FieldError, type IdentifiedReport } from './read-report.ts';

/** A report of a body. */
export interface AcceptedItem {
  /** Place in the body, counted from 0. */
  readonly index: number;
  /** Names the event, so that it counts once however often it is sent; null: the sender gave none. */
  readonly id: string | null;
  readonly report: Report;
}

/** An item of a body that was not taken. */
export interface RejectedItem extends FieldError {
  readonly index: number;
}

export interface ReadBody {
  readonly reports: readonly AcceptedItem[];
  readonly rejected: readonly RejectedItem[];
}

export interface BodyFacts {
  readonly contentType: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Reads the body of a request, uncompressed: NDJSON, a JSON array or one object, mixed as they come. An item is one of the
 * API, an event of Dovecot, or what Vector and Fluent Bit make of a line of a log, as `message` or `log`; lines that tell of
 * no client are passed over. The content type decides nothing: senders give the wrong one.
 */
export function readReportBody(body: Buffer, { now }: BodyFacts): ReadBody {
  const reports: AcceptedItem[] = [];
  const rejected: RejectedItem[] = [];
  const readLine = createLogReader({ host: null });
  for (const item of splitBody(body)) {
    const { index } = item;
    const line = item.ok ? logLineOf(item.value) : null;
    if (line !== null) {
      const outcome = readLine(line, { now, zoneOffsetMinutes: 0 });
      if (outcome.kind === 'report') reports.push({ index, id: outcome.id, report: outcome.report });
      if (outcome.kind === 'rejected') rejected.push({ index, pointer: outcome.pointer, detail: outcome.detail });
      continue;
    }
    const read = item.ok ? readItem(item.value, now) : item;
    if (read.ok) reports.push({ index, id: read.value.id, report: read.value.report });
    else rejected.push({ index, ...read.error });
  }
  return { reports, rejected };
}

function logLineOf(value: unknown): string | null {
  if (!isRecord(value) || value['protocol'] !== undefined || value['event'] !== undefined) return null;
  const line = value['message'] ?? value['log'];
  return typeof line === 'string' ? line : null;
}

function readItem(value: unknown, now: number): Result<IdentifiedReport, FieldError> {
  return isDovecotEvent(value) ? readDovecotEvent(value, { now }) : readReport(value, { now });
}
