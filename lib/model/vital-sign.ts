import { z } from 'zod';

/** What must go on for alerts to arrive. The watchdog calls its outside address only while all of them are fresh. */
export const vitalSigns = ['database-write', 'fixture-probe', 'outbox-drain'] as const;
export type VitalSign = (typeof vitalSigns)[number];

/** In place of a vantage: signs that a worker of any may renew. */
export const anyVantage = '';

/** Name of the row by which a watchdog says that it lives, and where its fixture is. */
export const watchdogSign = 'watchdog';

/** `detail` of a vital sign: why it is not renewed, as a sentence; null: it is. */
export const vitalSignDetail = z.object({ said: z.string().nullable() });

/** `detail` of the watchdog's own row. */
export const watchdogDetail = z.object({
  /** Where a TLS IMAP server runs that is there to be probed. */
  fixtureAddress: z.string(),
  fixturePort: z.number().int().min(1).max(65_535),
  /** SHA-256 of its certificate, hex. */
  fixtureFingerprint: z.string(),
  /** Whether it has an outside address to call, and whether it can send mail of its own. */
  callsOutside: z.boolean(),
  sendsMail: z.boolean(),
});
export type WatchdogDetail = Readonly<z.infer<typeof watchdogDetail>>;

/** Name of the rows by which processes of ingest say that they live; told apart by `vantage`, their host and port. */
export const ingestSign = 'ingest';
export const ingestDetail = z.object({
  /** Made by the process when it started: of two at one place the later one's sign stands. */
  process: z.string(),
  /** The longest since the sign before that a batch waited until it was safe on disk, or waits already. Milliseconds. */
  waitedMs: z.number().min(0),
  /** Batches since the sign before that were not taken, for want of room or of a database: their senders keep them. */
  putOff: z.number().int().min(0),
});
export type IngestDetail = Readonly<z.infer<typeof ingestDetail>>;

/** Name of the rows by which somebody's backup says that it is done; one a backup, told apart by `vantage`. */
export const backupSign = 'backup';
export const backupDetail = z.object({ note: z.string() });

/** Name of the row that keeps when the audit record was followed from its first entry to its last. */
export const auditChainSign = 'audit-chain';
export const auditChainDetail = z.object({
  whole: z.boolean(),
  entries: z.number().int(),
  /** Hash of the last entry, to compare with one that was written down elsewhere. */
  head: z.string(),
  /** What does not fit, as a sentence; '' where all does. */
  broken: z.string(),
});
export type AuditChainDetail = Readonly<z.infer<typeof auditChainDetail>>;
