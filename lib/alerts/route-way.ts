import type { z } from 'zod';
import type { routeConfig } from '../model/alert-route.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readMailAddress, readSmtpUrl } from '../setting-values.ts';

/** The way that the alerts of a route go. */
export type RouteWay = {
  readonly [Kind in keyof typeof routeConfig]: {
    readonly kind: Kind;
    readonly config: Readonly<z.infer<(typeof routeConfig)[Kind]>>;
  };
}[keyof typeof routeConfig];

const maxReceivers = 20;
const maxRelays = 5;
const maxUrlCharacters = 2048;

/** Checks what a person gave. The error is a sentence. */
export function checkRouteWay(way: RouteWay): Result<null> {
  switch (way.kind) {
    case 'mail':
      return 'from' in way.config ? ok(null) : checkMail(way.config);
    case 'alertmanager':
    case 'webhook':
      return checkUrl(way.config.url);
  }
}

function checkMail({
  to,
  relays,
}: {
  readonly to: readonly string[];
  readonly relays: readonly string[];
}): Result<null> {
  if (to.length === 0 || to.length > maxReceivers) return err(`Give 1 to ${String(maxReceivers)} receivers.`);
  for (const receiver of to) {
    const read = readMailAddress(receiver);
    if (!read.ok) return err(`A receiver ${read.error}.`);
  }
  if (relays.length > maxRelays) return err(`At most ${String(maxRelays)} relays.`);
  for (const relay of relays) {
    const read = readSmtpUrl(relay);
    if (!read.ok) return err(`A relay ${read.error}.`);
    if (new URL(relay).password !== '') {
      return err('A relay with a password belongs into LATCHWATCH_SMTP_URL: routes are shown to administrators.');
    }
  }
  return ok(null);
}

function checkUrl(text: string): Result<null> {
  if (text.length > maxUrlCharacters || !URL.canParse(text))
    return err('Give the whole URL, such as https://alerts.example.com/hook.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return err('The URL must begin with https://.');
  if (url.username !== '' || url.password !== '')
    return err('Leave login and password out of the URL: give them as the secret.');
  return ok(null);
}
