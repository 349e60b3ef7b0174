import type { Severity } from '../model/finding.ts';
import type { NoticePayload } from '../model/notice.ts';
import { incidentUrl, type AlertContext } from './alert-context.ts';

/** An alert as the API of Alertmanager takes it (v2, `postableAlerts`). */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339 */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** Told anew this often, so that an Alertmanager that was restarted learns of it. */
export const refreshEveryMs = 60_000;
/** An alert ends by itself where we are silent for so long. */
const lastsMs = 5 * 60_000;

/** What tells one alert from another: the same from its beginning to its end. */
export function alertLabels(
  { payload, dedupKey }: Pick<AlertContext, 'payload' | 'dedupKey'>,
  severity: Severity,
): Readonly<Record<string, string>> {
  const { code, host, service } = payload;
  return { alertname: code, severity, host, service, dedup_key: dedupKey };
}

/**
 * The alerts of one incident at `now`: one that lasts, or the end of every severity that was told, since the severity is
 * a label. `told`: those severities.
 */
export function composePostedAlerts(
  context: AlertContext,
  { told, now }: { readonly told: readonly Severity[]; readonly now: number },
): readonly PostedAlert[] {
  const { payload } = context;
  const over = payload.reason === 'resolved';
  const severities = over ? [...new Set([...told, payload.severity])] : [payload.severity];
  const endsAt = over ? Math.max(payload.decidedAt, payload.firstSeen + 1) : now + lastsMs;
  return severities.map((severity) => ({
    labels: alertLabels(context, severity),
    annotations: annotationsOf(payload),
    startsAt: new Date(payload.firstSeen).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    generatorURL: incidentUrl(context),
  }));
}

/** An alert as Alertmanager hands it to a webhook: its end is unknown while it lasts. */
export function composeWebhookAlert(context: AlertContext, severity: Severity) {
  const { payload } = context;
  const over = payload.reason === 'resolved';
  return {
    status: over ? 'resolved' : 'firing',
    labels: alertLabels(context, severity),
    annotations: annotationsOf(payload),
    startsAt: new Date(payload.firstSeen).toISOString(),
    endsAt: over ? new Date(payload.decidedAt).toISOString() : '0001-01-01T00:00:00Z',
    generatorURL: incidentUrl(context),
    fingerprint: payload.incidentId,
  } as const;
}

function annotationsOf(payload: NoticePayload): Readonly<Record<string, string>> {
  return {
    summary: payload.title,
    description: payload.meaning,
    expected: payload.expected,
    got: payload.got,
    fix: payload.fix,
    incident: payload.incidentId,
    ...(payload.subjects.length === 0 ? {} : { subjects: payload.subjects.slice(0, 40).join(', ') }),
  };
}
