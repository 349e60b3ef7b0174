import type { Settings } from '../settings.ts';
import type { RouteWay } from './route-way.ts';

type MailSettings = Pick<Settings, 'smtpUrls' | 'mailTo'>;

/** Mail addresses, or the URL, that a route tells; those of the environment where the route says so and it names a relay. */
export function routeRecipients({ config }: RouteWay, { smtpUrls, mailTo }: MailSettings): readonly string[] {
  if ('url' in config) return [config.url];
  if ('to' in config) return config.to;
  return smtpUrls.length === 0 ? [] : mailTo;
}

/** URLs of the relays of a route, in their order; none for a webhook. */
export function routeRelays({ config }: RouteWay, { smtpUrls }: MailSettings): readonly string[] {
  if ('url' in config) return [];
  return 'to' in config && config.relays.length > 0 ? config.relays : smtpUrls;
}
