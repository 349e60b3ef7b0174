import { performance } from 'node:perf_hooks';
import { composePostedAlerts } from '#lib/alerts/alertmanager-alert.ts';
import type { AlertContext } from '#lib/alerts/alert-context.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { openSecret } from '#lib/alerts/sealed-secret.ts';
import { composeWebhookBody } from '#lib/alerts/webhook-body.ts';
import { signatureHeader, signWebhook } from '#lib/alerts/webhook-signature.ts';
import type { WebhookTemplate } from '#lib/model/alert-route.ts';
import type { Severity } from '#lib/model/finding.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Settings } from '#lib/settings.ts';
import type { AlertRoute } from '#prisma/commands/routes.ts';
import type { Clock, Dial } from '#workers/ports.ts';
import { createMailChannel, type Delivery, type SendMail } from './mail.ts';
import { createRelays } from './mail-relays.ts';
import { postDocument, type PostPorts } from './post-document.ts';

/** One alert, and the severities that its thread told so far. */
export interface PostableAlert {
  readonly context: AlertContext;
  readonly told: readonly Severity[];
}

/** A way out for the alerts of one route. */
export type RouteChannel =
  /** `send` null: no relay is configured. */
  | { readonly kind: 'mail'; readonly send: SendMail | null; readonly recipients: readonly string[] }
  | {
      readonly kind: 'post';
      readonly post: (alert: PostableAlert) => Promise<Delivery>;
      /** Tells anew of all that is open; null: the receiver remembers by itself. */
      readonly refresh: ((alerts: readonly PostableAlert[]) => Promise<Delivery>) | null;
    };

/** Opens a route. The error is one sentence: its secret cannot be read. */
export type OpenRoute = (route: AlertRoute) => Result<RouteChannel>;

export interface OpenRoutePorts extends PostPorts {
  readonly settings: Pick<Settings, 'smtpUrls' | 'mailFrom' | 'mailTo' | 'secret'>;
  /** Without address guard: for the relays that the operator named in the environment. */
  readonly dialAnywhere: Dial;
  readonly clock: Clock;
}

/** All that one mail may take over all relays, shorter than the lease of its task. */
const mailMs = 40_000;
const maxReplyMs = 15_000;
const postMs = 20_000;
/** Alerts in one request to an Alertmanager. */
const maxBatch = 500;

/** What opens routes: each time anew, so that a change counts with the next message. */
export function createOpenRoute(ports: OpenRoutePorts): OpenRoute {
  return (route) => {
    const { way } = route;
    switch (way.kind) {
      case 'mail':
        return ok(openMail(way.config, ports));
      case 'alertmanager': {
        const secret = readSecret(route, ports);
        return secret.ok ? ok(openAlertmanager(way.config.url, { ports, secret: secret.value })) : secret;
      }
      case 'webhook': {
        const secret = readSecret(route, ports);
        return secret.ok ? ok(openWebhook(way.config, { ports, secret: secret.value })) : secret;
      }
    }
  };
}

type MailConfig = Extract<AlertRoute['way'], { kind: 'mail' }>['config'];

function openMail(config: MailConfig, ports: OpenRoutePorts): RouteChannel {
  const { settings, dialAnywhere } = ports;
  const own = 'to' in config && config.relays.length > 0;
  const urls = own ? config.relays : settings.smtpUrls;
  const recipients = 'to' in config ? config.to : settings.mailTo;
  if (urls.length === 0 || recipients.length === 0) return { kind: 'mail', send: null, recipients };
  const sendMs = mailMs / urls.length;
  const relays = urls.map((relayUrl) =>
    createMailChannel({
      relayUrl,
      from: settings.mailFrom,
      to: recipients,
      // A relay that somebody typed into a page is guarded as every other address that comes from there.
      dial: own ? ports.dial : dialAnywhere,
      lookup: ports.lookup,
      trusted: ports.trusted,
      timeouts: { sendMs, replyMs: Math.min(maxReplyMs, sendMs / 2) },
    }),
  );
  return { kind: 'mail', send: createRelays(relays), recipients };
}

function readSecret({ secret }: AlertRoute, { settings }: OpenRoutePorts): Result<string | null> {
  if (secret === null) return ok(null);
  if (settings.secret === null)
    return err('LATCHWATCH_SECRET is not set here, so the secret of the route cannot be read');
  return openSecret(secret, deriveKey(settings.secret, 'route secret'));
}

interface Opened {
  readonly ports: OpenRoutePorts;
  readonly secret: string | null;
}

async function postJson(
  url: string,
  document: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  ports: PostPorts,
): Promise<Delivery> {
  const posted = await postDocument(
    { url, document: { contentType: 'application/json', ...document }, deadline: performance.now() + postMs },
    ports,
  );
  return posted.ok ? { ok: true, remark: null } : { ok: false, error: posted.error, replyCode: posted.status };
}

function basic(secret: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
}

function openAlertmanager(base: string, { ports, secret }: Opened): RouteChannel {
  const url = `${base.replace(/\/+$/, '')}/api/v2/alerts`;
  const headers = secret === null ? {} : basic(secret);
  const postAlerts = (alerts: readonly PostableAlert[]): Promise<Delivery> => {
    const now = ports.clock.now();
    const posted = alerts.flatMap(({ context, told }) => composePostedAlerts(context, { told, now }));
    return postJson(url, { body: JSON.stringify(posted), headers }, ports);
  };
  return {
    kind: 'post',
    post: (alert) => postAlerts([alert]),
    refresh: async (alerts) => {
      for (let start = 0; start < alerts.length; start += maxBatch) {
        const delivery = await postAlerts(alerts.slice(start, start + maxBatch));
        if (!delivery.ok) return delivery;
      }
      return { ok: true, remark: null };
    },
  };
}

function openWebhook(
  { url, template }: { readonly url: string; readonly template: WebhookTemplate },
  { ports, secret }: Opened,
): RouteChannel {
  return {
    kind: 'post',
    post: ({ context }) => {
      const body = composeWebhookBody(template, { context, secret });
      const headers = {
        'x-latchwatch-event': context.eventId,
        ...authenticate(template, { body, secret, now: ports.clock.now() }),
      };
      return postJson(url, { body, headers }, ports);
    },
    refresh: null,
  };
}

function authenticate(
  template: WebhookTemplate,
  { body, secret, now }: { readonly body: string; readonly secret: string | null; readonly now: number },
): Readonly<Record<string, string>> {
  if (secret === null) return {};
  switch (template) {
    case 'servicenow':
      return basic(secret);
    // The routing key in the body says who asks.
    case 'pagerduty':
      return {};
    case 'latchwatch':
    case 'alertmanager':
    case 'zammad':
      return { [signatureHeader.toLowerCase()]: signWebhook(body, { secret, now }) };
  }
}
