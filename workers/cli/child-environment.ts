import { join } from 'node:path';
import { showPseudonymKeys, type PseudonymKeys } from '#lib/census/pseudonym.ts';
import { formatServerAddress } from '#lib/dns/server-address.ts';
import type { Environment, Settings } from '#lib/settings.ts';
import { projectFolder } from './project-folder.ts';

/**
 * The environment of the children: everything that we have, and all settings in one normal form, with what `start`
 * found or made put in. Paths are absolute, since children run in other folders.
 */
export function childEnvironment(
  env: Environment,
  settings: Settings,
  made: { readonly databaseUrl: string; readonly secret: string; readonly pseudonymKeys: PseudonymKeys },
): Record<string, string | undefined> {
  return {
    ...env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    TSX_TSCONFIG_PATH: join(projectFolder, 'tsconfig.json'),
    DATABASE_URL: made.databaseUrl,
    LATCHWATCH_SECRET: made.secret,
    LATCHWATCH_PSEUDONYM_KEYS: showPseudonymKeys(made.pseudonymKeys),
    LATCHWATCH_INGEST_PORT: String(settings.ingestPort),
    LATCHWATCH_PROBE_ADDRESSES: settings.probeAddresses.join(','),
    LATCHWATCH_DATA: settings.dataFolder,
    LATCHWATCH_PUBLIC_URL: settings.publicUrl.origin,
    PORT: String(settings.port),
    HOST: settings.host,
    HOSTNAME: settings.host,
    LATCHWATCH_RESOLVER: settings.resolver ?? '',
    LATCHWATCH_ROOT_HINTS: settings.rootHints ?? '',
    LATCHWATCH_TRUST_ANCHORS: settings.trustAnchors ?? '',
    LATCHWATCH_CA_FILE: settings.caFile ?? '',
    LATCHWATCH_ALLOW_ADDRESSES: settings.allowAddresses.join(','),
    LATCHWATCH_CANARIES: settings.canaries.map(formatServerAddress).join(','),
    LATCHWATCH_SMTP_URL: settings.smtpUrls.join(','),
    LATCHWATCH_MAIL_FROM: settings.mailFrom,
    LATCHWATCH_MAIL_TO: settings.mailTo.join(','),
    LATCHWATCH_INTERVAL: String(settings.intervalSeconds),
    LATCHWATCH_VANTAGE: settings.vantage,
    LATCHWATCH_WATCHDOG_URL: settings.watchdogUrl?.href ?? '',
    LATCHWATCH_WATCHDOG_SMTP_URL: settings.watchdogSmtpUrls.join(','),
    LATCHWATCH_WATCHDOG_MAIL_TO: settings.watchdogMailTo.join(','),
    LATCHWATCH_OIDC_ISSUER: settings.oidc?.issuer ?? '',
    LATCHWATCH_OIDC_CLIENT_ID: settings.oidc?.clientId ?? '',
    LATCHWATCH_OIDC_CLIENT_SECRET: settings.oidc?.clientSecret ?? '',
    LATCHWATCH_OIDC_NAME: settings.oidc?.name ?? '',
    LATCHWATCH_OIDC_ROLE_CLAIM: settings.oidc?.roleClaim ?? '',
  };
}
