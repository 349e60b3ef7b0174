import { z } from 'zod';
import { incidentImpact } from './incident-impact.ts';

/**
 * Why a notice is written. An incident that comes back within the hour is `opened` again in the same thread. `repeated`:
 * nobody took it; `escalated`: nobody took it for as long as this route waits; `unstable`: it comes and goes;
 * `unacknowledged`: who took it did so too long ago.
 */
export const noticeReasons = [
  'opened',
  'worsened',
  'resolved',
  'repeated',
  'escalated',
  'unstable',
  'unacknowledged',
] as const;
export type NoticeReason = (typeof noticeReasons)[number];

/**
 * What a message says, frozen when the decision was made. Instants are milliseconds since the epoch. Texts may hold
 * what strangers wrote: the channel makes them harmless.
 */
export const noticePayload = z.object({
  incidentId: z.string(),
  reason: z.enum(noticeReasons),
  severity: z.enum(['info', 'warning', 'error', 'critical']),
  code: z.string(),
  host: z.string(),
  /** E.g. `IMAP, implicit TLS (port 993)`; for a domain `DNS records`. */
  service: z.string(),
  addresses: z.array(z.string()).readonly(),
  title: z.string(),
  expected: z.string(),
  got: z.string(),
  meaning: z.string(),
  fix: z.string(),
  firstSeen: z.number(),
  decidedAt: z.number(),
  /** True: it was resolved less than an hour ago. */
  reopened: z.boolean(),
  /** Why it ended, null while it lasts. */
  resolution: z.string().nullable(),
  /** What shares the cause, e.g. `mail.example.org:993`; empty where the incident is about one thing. */
  subjects: z.array(z.string()).readonly().default([]),
  /** How many incidents this one explains and keeps silent. */
  explains: z.number().default(0),
  impact: incidentImpact.nullable().default(null),
});
export type NoticePayload = Readonly<z.infer<typeof noticePayload>>;
