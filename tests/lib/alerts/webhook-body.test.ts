import { composePostedAlerts } from '#lib/alerts/alertmanager-alert.ts';
import type { AlertContext } from '#lib/alerts/alert-context.ts';
import { composeWebhookBody } from '#lib/alerts/webhook-body.ts';
import { checkRouteWay, type RouteWay } from '#lib/alerts/route-way.ts';
import type { WebhookTemplate } from '#lib/model/alert-route.ts';
import { testPayload } from '#tests/support/outbox.ts';

const now = Date.UTC(2026, 10, 26, 9, 30, 15);
const payload = testPayload('01M85VBTF8MXK2B69B34HDD1XY', now);
const context: AlertContext = {
  eventId: '01M85VBTF8NE2X597EGQTKDMD2',
  dedupKey: 'unreachable/imap+implicit://mail.example.org:993',
  instance: 2,
  payload: { ...payload, impact: { tags: ['tls11'], breaks: 3, atRisk: 4, unknownShare: 0.5, countedAt: now } },
  publicUrl: new URL('https://watch.example.com'),
  routeName: 'Tickets',
};
const over: AlertContext = {
  ...context,
  payload: { ...payload, reason: 'resolved', resolution: 'seen to be fine again', decidedAt: now + 60_000 },
};
const url = 'https://watch.example.com/incidents/01M85VBTF8MXK2B69B34HDD1XY';

function body(template: WebhookTemplate, about: AlertContext): unknown {
  return JSON.parse(composeWebhookBody(template, { context: about, secret: 'key' }));
}

describe('the body of a webhook', () => {
  it('for our own receivers has what the API has', () => {
    expect(body('latchwatch', context)).toMatchObject({
      id: context.eventId,
      type: 'incident.opened',
      occurred_at: '2026-11-26T09:30:15Z',
      incident: {
        ...{ dedup_key: context.dedupKey, instance: 2, state: 'open', severity: 'critical', severity_number: 1, url },
        affected_clients: { breaks: 3, at_risk: 4, unknown: 0.5 },
      },
    });
    expect(body('latchwatch', over)).toMatchObject({
      type: 'incident.resolved',
      incident: { state: 'resolved', resolution: 'seen to be fine again', affected_clients: null },
    });
  });

  it('for receivers of Alertmanager is its version 4', () => {
    const alert = { status: 'firing', endsAt: '0001-01-01T00:00:00Z', generatorURL: url };
    expect(body('alertmanager', context)).toMatchObject({
      ...{ version: '4', status: 'firing', receiver: 'Tickets', truncatedAlerts: 0, alerts: [alert] },
      groupLabels: { dedup_key: context.dedupKey },
    });
    expect(body('alertmanager', over)).toMatchObject({
      status: 'resolved',
      alerts: [{ status: 'resolved', startsAt: '2026-11-26T09:30:15.000Z', endsAt: '2026-11-26T09:31:15.000Z' }],
    });
  });

  it('for ServiceNow closes by the same key, with its time and its JSON text', () => {
    expect(body('servicenow', context)).toMatchObject({
      records: [
        {
          ...{ source: 'Latchwatch', node: payload.host, message_key: context.dedupKey, severity: '1' },
          ...{
            resolution_state: 'New',
            time_of_event: '2026-11-26 09:30:15',
          },
        },
      ],
    });
    // A JSON text inside the JSON.
    const text = composeWebhookBody('servicenow', { context, secret: null });
    expect(text).toContain(JSON.stringify(`,"url":"${url}"`).slice(1, -1));
    expect(body('servicenow', over)).toMatchObject({ records: [{ severity: '0', resolution_state: 'Closing' }] });
  });

  it('for Zammad finds its ticket again by host and service', () => {
    const ticket = { host: payload.host, service: `${payload.service}: unreachable` };
    expect(body('zammad', context)).toMatchObject({ ...ticket, state: 'CRITICAL', event_id: payload.incidentId });
    expect(body('zammad', over)).toMatchObject({ ...ticket, state: 'OK' });
  });

  it('for PagerDuty has the routing key, and resolves by the same key', () => {
    const known = { routing_key: 'key', dedup_key: context.dedupKey };
    expect(body('pagerduty', context)).toMatchObject({
      ...known,
      event_action: 'trigger',
      payload: { severity: 'critical' },
    });
    expect(body('pagerduty', over)).toMatchObject({ ...known, event_action: 'resolve' });
  });
});

describe('alerts for Alertmanager', () => {
  it('last a little longer than until they are told again', () => {
    const [alert, ...more] = composePostedAlerts(context, { told: [], now });
    expect(more).toEqual([]);
    expect(Date.parse(alert?.endsAt ?? '') - now).toBe(5 * 60_000);
  });

  it('end under every severity that was told', () => {
    const ended = composePostedAlerts(over, { told: ['error', 'critical'], now });
    expect(ended.map(({ labels }) => labels['severity'])).toEqual(['error', 'critical']);
    expect(new Set(ended.map(({ endsAt }) => endsAt))).toEqual(new Set(['2026-11-26T09:31:15.000Z']));
  });
});

describe('what somebody types as a route', () => {
  const mail = (to: readonly string[], relays: readonly string[] = []): RouteWay => ({
    kind: 'mail',
    config: { to, relays },
  });
  const hook = (text: string): RouteWay => ({ kind: 'webhook', config: { url: text, template: 'latchwatch' } });
  it.each([
    [mail(['a@example.com']), true],
    [mail(['a@example.com'], ['smtp://relay.example.com:587']), true],
    [mail([]), false],
    [mail(['nobody']), false],
    [mail(['a@example.com'], ['smtp://user:secret@relay.example.com']), false],
    [mail(['a@example.com'], ['https://relay.example.com']), false],
    [hook('https://alerts.example.com/hook'), true],
    [hook('alerts.example.com'), false],
    [hook('ftp://alerts.example.com'), false],
    [hook('https://user:pass@alerts.example.com'), false],
  ])('%j: %s', (way, good) => {
    expect(checkRouteWay(way).ok).toBe(good);
  });
});
