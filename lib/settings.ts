import { readPseudonymKeys, type PseudonymKeys } from './census/pseudonym.ts';
import type { ServerAddress } from './dns/server-address.ts';
import type { Result } from './model/result.ts';
import { nearestName } from './nearest-name.ts';
import {
  readAddressBlocks,
  readAnyPort,
  readCanaries,
  readDatabaseUrl,
  readHost,
  readInterval,
  readIssuer,
  readMailAddress,
  readMailAddresses,
  readOutsideUrl,
  readPath,
  readPaths,
  readPort,
  readPublicUrl,
  readResolver,
  readRetention,
  readSecret,
  readSmtpUrls,
  readVantage,
  readWord,
} from './setting-values.ts';

/** Every setting that the environment can give. The README's table is checked against this list by a test. */
export interface Settings {
  /** Postgres to use; null: the embedded one under `dataFolder`. */
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
  readonly publicUrl: URL;
  readonly port: number;
  readonly host: string;
  /** Signs sessions; null: `start` makes one and keeps it in `dataFolder`. */
  readonly secret: string | null;
  /** Keys of account pseudonyms; null: `start` makes one and keeps it in `dataFolder`. */
  readonly pseudonymKeys: PseudonymKeys | null;
  /** Where reports of clients are taken. */
  readonly ingestPort: number;
  /** Where logs are taken over RELP, and over syslog; null: they are not. */
  readonly relpPort: number | null;
  readonly syslogPort: number | null;
  /** PEM files: TLS on both ports. Both or neither. */
  readonly logCertificate: string | null;
  readonly logKey: string | null;
  /** Log files on this machine that are followed. */
  readonly logFiles: readonly string[];
  /** CIDR blocks that mail servers see our probes come from, besides what workers see themselves. */
  readonly probeAddresses: readonly string[];
  /** `address:port` of a recursive resolver; null: the system's. */
  readonly resolver: string | null;
  readonly rootHints: string | null;
  readonly trustAnchors: string | null;
  readonly caFile: string | null;
  /** CIDR blocks that the address guard lets through although they are not public. */
  readonly allowAddresses: readonly string[];
  /** Addresses that tell, besides the root name servers, whether our own network works. */
  readonly canaries: readonly ServerAddress[];
  /** smtp:// or smtps:// URLs of relays for alerts, tried in this order; empty: alerts wait and the console says so. */
  readonly smtpUrls: readonly string[];
  readonly mailFrom: string;
  readonly mailTo: readonly string[];
  /** YAML file of accounts for test messages. */
  readonly mailboxesFile: string | null;
  /** Seconds between two probes of an endpoint. */
  readonly intervalSeconds: number;
  /** Days that history is kept: ended observations, findings and incidents. */
  readonly retentionDays: number;
  /** Name of the place that this worker looks from. */
  readonly vantage: string;
  /** Called by the watchdog every minute while all works; null: nobody. */
  readonly watchdogUrl: URL | null;
  /** smtp:// or smtps:// URLs of the relays of the watchdog, tried in this order; empty: it sends no mail. */
  readonly watchdogSmtpUrls: readonly string[];
  readonly watchdogMailTo: readonly string[];
  /** Where people may sign in besides by password; null: nowhere. */
  readonly oidc: OidcSettings | null;
}

/** An OpenID Connect provider that knows this console as a client. */
export interface OidcSettings {
  /** As the provider writes it in its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says after "Sign in with". */
  readonly name: string;
  /** Claim with one of our roles; null: roles are given in the console. */
  readonly roleClaim: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** One row of the README's table. */
export interface SettingRow {
  readonly name: string;
  /** In words where it is no fixed value. */
  readonly defaultValue: string;
  readonly meaning: string;
}

/** All settings in the order of the README. */
export const settingsTable = [
  {
    name: 'DATABASE_URL',
    defaultValue: 'the built-in Postgres in LATCHWATCH_DATA',
    meaning: 'Postgres to keep everything in.',
  },
  {
    name: 'LATCHWATCH_DATA',
    defaultValue: './data',
    meaning: 'Folder for the built-in Postgres and for what Latchwatch makes itself, such as its secret.',
  },
  {
    name: 'LATCHWATCH_PUBLIC_URL',
    defaultValue: 'http://localhost:PORT',
    meaning: 'Address under which people reach the console; links in alert mails start with it.',
  },
  { name: 'PORT', defaultValue: '3000', meaning: 'Port of the console and the API.' },
  {
    name: 'HOST',
    defaultValue: '127.0.0.1',
    meaning: 'Address to listen on; 0.0.0.0 for all, which the container image sets.',
  },
  {
    name: 'LATCHWATCH_SECRET',
    defaultValue: 'made at the first start and kept in LATCHWATCH_DATA',
    meaning: 'Signs sessions: at least 32 characters, the same for all processes.',
  },
  {
    name: 'LATCHWATCH_PSEUDONYM_KEYS',
    defaultValue: 'made at the first start and kept in LATCHWATCH_DATA',
    meaning:
      'Key of the pseudonyms that accounts are kept under: 32 bytes in base64url, the same for all processes; after a comma the key before, while rows move to the new one.',
  },
  {
    name: 'LATCHWATCH_INGEST_PORT',
    defaultValue: '3080',
    meaning: 'Port where mail servers send reports of clients.',
  },
  {
    name: 'LATCHWATCH_RELP_PORT',
    defaultValue: 'none',
    meaning: 'Port where rsyslog sends the logs of mail servers over RELP, which acknowledges every line.',
  },
  {
    name: 'LATCHWATCH_SYSLOG_PORT',
    defaultValue: 'none',
    meaning: 'Port for the same logs as plain syslog over TCP.',
  },
  {
    name: 'LATCHWATCH_LOG_CERTIFICATE',
    defaultValue: 'none: without TLS',
    meaning: 'File with the certificate chain (PEM) for TLS on both ports.',
  },
  {
    name: 'LATCHWATCH_LOG_KEY',
    defaultValue: 'none',
    meaning: 'File with its private key (PEM).',
  },
  {
    name: 'LATCHWATCH_LOG_FILES',
    defaultValue: 'none',
    meaning: 'Log files of mail servers on this machine to follow, separated by commas.',
  },
  {
    name: 'LATCHWATCH_PROBE_ADDRESSES',
    defaultValue: 'what the workers see of themselves',
    meaning:
      'Address blocks that mail servers see our probes come from, separated by commas, where NAT hides them: such sessions are not counted as clients.',
  },
  {
    name: 'LATCHWATCH_RESOLVER',
    defaultValue: 'none: we ask from the root down',
    meaning: 'Recursive resolver to ask instead, as address or address:port. Its own validation is a second opinion.',
  },
  {
    name: 'LATCHWATCH_ROOT_HINTS',
    defaultValue: 'the servers of the public root',
    meaning: 'File with other root name servers, as IANA publishes them (named.root).',
  },
  {
    name: 'LATCHWATCH_TRUST_ANCHORS',
    defaultValue: 'the keys of the public root',
    meaning: 'File with other DNSSEC trust anchors: DS or DNSKEY lines, or the XML of IANA.',
  },
  {
    name: 'LATCHWATCH_CA_FILE',
    defaultValue: 'none',
    meaning: "File with certificates (PEM) to trust besides Mozilla's.",
  },
  {
    name: 'LATCHWATCH_ALLOW_ADDRESSES',
    defaultValue: 'none',
    meaning: 'Address blocks that may be probed or sent webhooks although they are not public, separated by commas.',
  },
  {
    name: 'LATCHWATCH_CANARIES',
    defaultValue: 'none: only root name servers',
    meaning:
      'Servers as address:port, separated by commas, that accept TCP connections and do not depend on you: when none of them and no root name server answers, the fault is our own network.',
  },
  {
    name: 'LATCHWATCH_SMTP_URL',
    defaultValue: 'none: alerts wait, and the console says so',
    meaning:
      'Mail relay for alerts: smtp://host:port or smtps://user:password@host; after a comma the one to use where that takes nothing.',
  },
  {
    name: 'LATCHWATCH_MAIL_FROM',
    defaultValue: 'latchwatch@ the host of LATCHWATCH_PUBLIC_URL',
    meaning: 'Sender of alert mails.',
  },
  {
    name: 'LATCHWATCH_MAIL_TO',
    defaultValue: 'none',
    meaning: 'Receivers of alert mails, separated by commas; needed with LATCHWATCH_SMTP_URL.',
  },
  {
    name: 'LATCHWATCH_MAILBOXES',
    defaultValue: 'none: no test message is sent',
    meaning:
      'File of accounts for test messages, which go from an account to itself once a day and are taken away again.',
  },
  {
    name: 'LATCHWATCH_INTERVAL',
    defaultValue: '5m',
    meaning: 'Time between two probes of an endpoint: seconds, or 30s, 5m, 1h; at least 10s.',
  },
  {
    name: 'LATCHWATCH_RETENTION',
    defaultValue: '400d',
    meaning:
      'How long history is kept once it has ended: observations, findings, incidents; days or weeks, at least 7d. Promises, declarations and decisions always stay.',
  },
  {
    name: 'LATCHWATCH_VANTAGE',
    defaultValue: 'local',
    meaning: 'Name of the place that this worker looks from.',
  },
  {
    name: 'LATCHWATCH_WATCHDOG_URL',
    defaultValue: 'none',
    meaning:
      'Address outside that the watchdog calls every minute while all works, such as a check of healthchecks.io: it tells you when the calls stop.',
  },
  {
    name: 'LATCHWATCH_WATCHDOG_SMTP_URL',
    defaultValue: 'none',
    meaning: 'Mail relay of the watchdog: another one than that of the alerts, as LATCHWATCH_SMTP_URL.',
  },
  {
    name: 'LATCHWATCH_WATCHDOG_MAIL_TO',
    defaultValue: 'none',
    meaning: 'Receivers of its mails, separated by commas; needed with LATCHWATCH_WATCHDOG_SMTP_URL.',
  },
  {
    name: 'LATCHWATCH_OIDC_ISSUER',
    defaultValue: 'none: people sign in by password',
    meaning:
      'OpenID Connect provider where people may sign in too. Register PUBLIC_URL/api/auth/callback/oidc there as redirect address.',
  },
  {
    name: 'LATCHWATCH_OIDC_CLIENT_ID',
    defaultValue: 'none',
    meaning: 'Name that the provider knows this console by.',
  },
  { name: 'LATCHWATCH_OIDC_CLIENT_SECRET', defaultValue: 'none', meaning: 'Secret that goes with it.' },
  {
    name: 'LATCHWATCH_OIDC_NAME',
    defaultValue: 'single sign-on',
    meaning: 'What the button on the login page calls the provider.',
  },
  {
    name: 'LATCHWATCH_OIDC_ROLE_CLAIM',
    defaultValue: 'none: roles are given in the console',
    meaning:
      'Claim of the provider that names the role: viewer, operator, approver or administrator, or a list with one of them.',
  },
] as const satisfies readonly SettingRow[];

type SettingName = (typeof settingsTable)[number]['name'];

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  /** One sentence a mistake, all of them. */
  | { readonly ok: false; readonly mistakes: readonly string[] };

function unknownNames(env: Environment): readonly string[] {
  const known: readonly string[] = settingsTable.map(({ name }) => name);
  return Object.keys(env)
    .filter((name) => name.startsWith('LATCHWATCH_') && !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known);
      return `${name} is not a setting of Latchwatch${near === null ? '.' : `: did you mean ${near}?`}`;
    });
}

/**
 * Reads the settings from environment variables. An empty variable counts as unset, as compose files leave them. A
 * variable that begins with LATCHWATCH_ and is no setting is a mistake: a typing error would otherwise go unnoticed.
 */
export function parseSettings(env: Environment): ParsedSettings {
  const mistakes: string[] = [];
  function read<T>(name: SettingName, reader: (text: string) => Result<T>): T | null {
    const text = env[name]?.trim() ?? '';
    if (text === '') return null;
    const result = reader(text);
    if (result.ok) return result.value;
    mistakes.push(`${name} ${result.error}.`);
    return null;
  }

  function readOidc(): OidcSettings | null {
    const issuer = read('LATCHWATCH_OIDC_ISSUER', readIssuer);
    const clientId = read('LATCHWATCH_OIDC_CLIENT_ID', readWord);
    const clientSecret = read('LATCHWATCH_OIDC_CLIENT_SECRET', readWord);
    const name = read('LATCHWATCH_OIDC_NAME', readWord) ?? 'single sign-on';
    const roleClaim = read('LATCHWATCH_OIDC_ROLE_CLAIM', readWord);
    const names = ['LATCHWATCH_OIDC_ISSUER', 'LATCHWATCH_OIDC_CLIENT_ID', 'LATCHWATCH_OIDC_CLIENT_SECRET'];
    const unset = names.filter((needed) => (env[needed]?.trim() ?? '') === '');
    if (unset.length > 0 && (unset.length < names.length || roleClaim !== null)) {
      mistakes.push(
        `${unset.join(' and ')} must be set too: signing in with OpenID Connect needs ${names.join(', ')}.`,
      );
    }
    if (issuer === null || clientId === null || clientSecret === null) return null;
    return { issuer, clientId, clientSecret, name, roleClaim };
  }

  const port = read('PORT', readPort) ?? 3000;
  const publicUrl = read('LATCHWATCH_PUBLIC_URL', readPublicUrl) ?? new URL(`http://localhost:${port}`);
  const settings: Settings = {
    databaseUrl: read('DATABASE_URL', readDatabaseUrl),
    dataFolder: read('LATCHWATCH_DATA', readPath) ?? './data',
    publicUrl,
    port,
    host: read('HOST', readHost) ?? '127.0.0.1',
    secret: read('LATCHWATCH_SECRET', readSecret),
    pseudonymKeys: read('LATCHWATCH_PSEUDONYM_KEYS', readPseudonymKeys),
    ingestPort: read('LATCHWATCH_INGEST_PORT', readPort) ?? 3080,
    relpPort: read('LATCHWATCH_RELP_PORT', readAnyPort),
    syslogPort: read('LATCHWATCH_SYSLOG_PORT', readAnyPort),
    logCertificate: read('LATCHWATCH_LOG_CERTIFICATE', readPath),
    logKey: read('LATCHWATCH_LOG_KEY', readPath),
    logFiles: read('LATCHWATCH_LOG_FILES', readPaths) ?? [],
    probeAddresses: read('LATCHWATCH_PROBE_ADDRESSES', readAddressBlocks) ?? [],
    resolver: read('LATCHWATCH_RESOLVER', readResolver),
    rootHints: read('LATCHWATCH_ROOT_HINTS', readPath),
    trustAnchors: read('LATCHWATCH_TRUST_ANCHORS', readPath),
    caFile: read('LATCHWATCH_CA_FILE', readPath),
    allowAddresses: read('LATCHWATCH_ALLOW_ADDRESSES', readAddressBlocks) ?? [],
    canaries: read('LATCHWATCH_CANARIES', readCanaries) ?? [],
    smtpUrls: read('LATCHWATCH_SMTP_URL', readSmtpUrls) ?? [],
    mailFrom: read('LATCHWATCH_MAIL_FROM', readMailAddress) ?? `latchwatch@${publicUrl.hostname}`,
    mailTo: read('LATCHWATCH_MAIL_TO', readMailAddresses) ?? [],
    mailboxesFile: read('LATCHWATCH_MAILBOXES', readPath),
    intervalSeconds: read('LATCHWATCH_INTERVAL', readInterval) ?? 300,
    retentionDays: read('LATCHWATCH_RETENTION', readRetention) ?? 400,
    vantage: read('LATCHWATCH_VANTAGE', readVantage) ?? 'local',
    watchdogUrl: read('LATCHWATCH_WATCHDOG_URL', readOutsideUrl),
    watchdogSmtpUrls: read('LATCHWATCH_WATCHDOG_SMTP_URL', readSmtpUrls) ?? [],
    watchdogMailTo: read('LATCHWATCH_WATCHDOG_MAIL_TO', readMailAddresses) ?? [],
    oidc: readOidc(),
  };
  if ((env['LATCHWATCH_SMTP_URL']?.trim() ?? '') !== '' && (env['LATCHWATCH_MAIL_TO']?.trim() ?? '') === '') {
    mistakes.push('LATCHWATCH_SMTP_URL is set but LATCHWATCH_MAIL_TO is not: say who gets the alerts.');
  }
  const isUnset = (name: SettingName): boolean => (env[name]?.trim() ?? '') === '';
  if (!isUnset('LATCHWATCH_WATCHDOG_SMTP_URL') && isUnset('LATCHWATCH_WATCHDOG_MAIL_TO')) {
    mistakes.push(
      'LATCHWATCH_WATCHDOG_SMTP_URL is set but LATCHWATCH_WATCHDOG_MAIL_TO is not: say who gets its mails.',
    );
  }
  if ((settings.logCertificate === null) !== (settings.logKey === null)) {
    mistakes.push('LATCHWATCH_LOG_CERTIFICATE and LATCHWATCH_LOG_KEY go together: set both or neither.');
  }
  if (settings.port === settings.ingestPort) {
    mistakes.push(`PORT and LATCHWATCH_INGEST_PORT are both ${String(port)}: the console and ingest need a port each.`);
  }
  mistakes.push(...unknownNames(env));
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, settings };
}
