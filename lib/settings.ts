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
  /** Seconds between two probes of an endpoint. */
  readonly intervalSeconds: number;
  /** Name of the place that this worker looks from. */
  readonly vantage: string;
}
