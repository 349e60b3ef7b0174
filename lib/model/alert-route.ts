import { z } from 'zod';

/** Ways that an alert can go. */
export const routeKinds = ['mail', 'alertmanager', 'webhook'] as const;
export type RouteKind = (typeof routeKinds)[number];

/** The route that the environment describes: LATCHWATCH_SMTP_URL, _MAIL_FROM, _MAIL_TO. */
export const environmentRouteId = 'default';

/** Bodies that the generic webhook can have. */
export const webhookTemplates = ['latchwatch', 'alertmanager', 'servicenow', 'zammad', 'pagerduty'] as const;
export type WebhookTemplate = (typeof webhookTemplates)[number];

const mailConfig = z.union([
  z.object({ from: z.literal('environment') }),
  z.object({
    /** Receivers; the relays and the sender are those of the environment, unless given here. */
    to: z.array(z.string()).readonly(),
    /** smtp:// and smtps:// URLs without password, tried in this order; empty: those of the environment. */
    relays: z.array(z.string()).readonly(),
  }),
]);

const urlConfig = z.object({ url: z.string(), template: z.enum(webhookTemplates).default('latchwatch') });

/** What a route's `config` holds, by its kind. */
export const routeConfig = {
  mail: mailConfig,
  /** Base URL of an Alertmanager; `/api/v2/alerts` is added. */
  alertmanager: z.object({ url: z.string() }),
  webhook: urlConfig,
} as const;

/** One way in which a route depends on what is monitored. */
export const routeDependence = z.array(
  z.object({
    /** `relay`: the server that takes the mail; `mailbox`: where it ends; `name`: the domain's own DNS or console. */
    part: z.enum(['relay', 'mailbox', 'url']),
    /** What was given: a host, a mail address or a URL. */
    given: z.string(),
    /** The watched host that it leads to. */
    watchedHost: z.string(),
  }),
);
export type RouteDependence = z.infer<typeof routeDependence>;
