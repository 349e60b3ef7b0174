import { readPseudonymKeys, type PseudonymKeys } from './census/pseudonym.ts';
import type { Result } from './model/result.ts';
import { nearestName } from './nearest-name.ts';
import {
  readAddressBlocks,
  readAnyPort,
  readDatabaseUrl,
  readHost,
  readInterval,
  readMailAddress,
  readMailAddresses,
  readPath,
  readPaths,
  readPort,
  readPublicUrl,
  readResolver,
  readRetention,
  readSecret,
  readSmtpUrl,
  readVantage,
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
  /** smtp:// or smtps:// URL of the relay for alerts; null: alerts wait in the outbox and the console says so. */
  readonly smtpUrl: string | null;
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
    meaning: 'Address blocks that may be probed although they are not public, separated by commas.',
  },
  {
    name: 'LATCHWATCH_SMTP_URL',
    defaultValue: 'none: alerts wait, and the console says so',
    meaning: 'Mail relay for alerts: smtp://host:port or smtps://user:password@host.',
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
    smtpUrl: read('LATCHWATCH_SMTP_URL', readSmtpUrl),
    mailFrom: read('LATCHWATCH_MAIL_FROM', readMailAddress) ?? `latchwatch@${publicUrl.hostname}`,
    mailTo: read('LATCHWATCH_MAIL_TO', readMailAddresses) ?? [],
    mailboxesFile: read('LATCHWATCH_MAILBOXES', readPath),
    intervalSeconds: read('LATCHWATCH_INTERVAL', readInterval) ?? 300,
    retentionDays: read('LATCHWATCH_RETENTION', readRetention) ?? 400,
    vantage: read('LATCHWATCH_VANTAGE', readVantage) ?? 'local',
  };
  if ((env['LATCHWATCH_SMTP_URL']?.trim() ?? '') !== '' && (env['LATCHWATCH_MAIL_TO']?.trim() ?? '') === '') {
    mistakes.push('LATCHWATCH_SMTP_URL is set but LATCHWATCH_MAIL_TO is not: say who gets the alerts.');
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
