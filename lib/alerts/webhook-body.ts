import { severityNumber } from '../model/finding.ts';
import type { NoticePayload } from '../model/notice.ts';
import type { WebhookTemplate } from '../model/alert-route.ts';
import { incidentUrl, type AlertContext } from './alert-context.ts';
import { alertLabels, composeWebhookAlert } from './alertmanager-alert.ts';

/** The body of one message as JSON. `secret`: the routing key, for PagerDuty alone. */
export function composeWebhookBody(
  template: WebhookTemplate,
  { context, secret }: { readonly context: AlertContext; readonly secret: string | null },
): string {
  switch (template) {
    case 'latchwatch':
      return JSON.stringify(latchwatchBody(context));
    case 'alertmanager':
      return JSON.stringify(alertmanagerBody(context));
    case 'servicenow':
      return JSON.stringify(serviceNowBody(context));
    case 'zammad':
      return JSON.stringify(zammadBody(context));
    case 'pagerduty':
      return JSON.stringify(pagerDutyBody(context, secret ?? ''));
  }
}

function latchwatchBody(context: AlertContext) {
  const { eventId, dedupKey, instance, payload } = context;
  return {
    id: eventId,
    type: `incident.${payload.reason}`,
    occurred_at: instant(payload.decidedAt),
    incident: {
      id: payload.incidentId,
      dedup_key: dedupKey,
      instance,
      state: isOver(payload) ? 'resolved' : 'open',
      severity: payload.severity,
      severity_number: severityNumber[payload.severity],
      rule: payload.code,
      title: payload.title,
      host: payload.host,
      service: payload.service,
      affected: payload.addresses,
      subjects: payload.subjects,
      explains: payload.explains,
      expected: payload.expected,
      got: payload.got,
      meaning: payload.meaning,
      fix: payload.fix,
      affected_clients:
        payload.impact === null
          ? null
          : { breaks: payload.impact.breaks, at_risk: payload.impact.atRisk, unknown: payload.impact.unknownShare },
      first_seen: instant(payload.firstSeen),
      reopened: payload.reopened,
      resolution: payload.resolution,
      url: incidentUrl(context),
    },
  };
}

/** Alertmanager's own webhook body, version 4. */
function alertmanagerBody(context: AlertContext) {
  const { payload, publicUrl, routeName, dedupKey } = context;
  const alert = composeWebhookAlert(context, payload.severity);
  return {
    version: '4',
    groupKey: `{}:{dedup_key=${JSON.stringify(dedupKey)}}`,
    truncatedAlerts: 0,
    status: alert.status,
    receiver: routeName,
    groupLabels: { dedup_key: dedupKey },
    commonLabels: alertLabels(context, payload.severity),
    commonAnnotations: alert.annotations,
    externalURL: publicUrl.origin,
    alerts: [alert],
  };
}

/** ServiceNow Event Management, `/api/global/em/jsonv2`. */
function serviceNowBody(context: AlertContext) {
  const { payload, dedupKey } = context;
  const over = isOver(payload);
  return {
    records: [
      {
        source: 'Latchwatch',
        event_class: context.publicUrl.hostname,
        node: payload.host,
        resource: payload.service,
        metric_name: payload.code,
        type: payload.code,
        message_key: dedupKey,
        severity: over ? '0' : String(severityNumber[payload.severity]),
        description: `${payload.title}. ${payload.meaning}`.slice(0, 4000),
        additional_info: JSON.stringify({
          incident: payload.incidentId,
          url: incidentUrl(context),
          expected: payload.expected,
          got: payload.got,
          fix: payload.fix,
        }),
        time_of_event: instant(payload.decidedAt).replace('T', ' ').replace('Z', ''),
        resolution_state: over ? 'Closing' : 'New',
      },
    ],
  };
}

/** Zammad's endpoint for Checkmk: it finds the ticket again by host and service. */
function zammadBody(context: AlertContext) {
  const { payload } = context;
  return {
    event_id: payload.incidentId,
    host: payload.host,
    service: `${payload.service}: ${payload.code}`,
    state: isOver(payload) ? 'OK' : payload.severity === 'warning' ? 'WARNING' : 'CRITICAL',
    text: [payload.title, payload.meaning, `What to do: ${payload.fix}`, incidentUrl(context)].join('\n\n'),
  };
}

/** PagerDuty Events API, version 2. */
function pagerDutyBody(context: AlertContext, routingKey: string) {
  const { payload, dedupKey, publicUrl } = context;
  return {
    routing_key: routingKey,
    event_action: isOver(payload) ? 'resolve' : 'trigger',
    dedup_key: dedupKey.slice(0, 255),
    client: 'Latchwatch',
    client_url: publicUrl.origin,
    links: [{ href: incidentUrl(context), text: 'Incident' }],
    payload: {
      summary: `${payload.host}: ${payload.title}`.slice(0, 1024),
      source: payload.host,
      severity: payload.severity,
      timestamp: instant(payload.decidedAt),
      component: payload.service,
      class: payload.code,
      custom_details: { expected: payload.expected, got: payload.got, meaning: payload.meaning, fix: payload.fix },
    },
  };
}

function isOver({ reason }: NoticePayload): boolean {
  return reason === 'resolved';
}

function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
