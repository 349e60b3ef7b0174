import { matchHost } from '#lib/x509/names.ts';
import { readPemCertificate } from '#lib/x509/pem.ts';
import { err, ok, type Result } from '#lib/model/result.ts';
import type { Transaction } from '../client.ts';
import { requestTask, urgent } from './tasks.ts';

/** Certificates kept a name: the latest ones count. */
const keptPerHost = 10;

/** A certificate that an operator says is the one to show. */
export interface GivenCertificate {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** Base64 DER. */
  readonly der: string;
  readonly givenBy: string;
  /** Milliseconds since the epoch. */
  readonly givenAt: number;
}

/**
 * Keeps the certificate that an operator pasted as PEM for the name that clients verify the endpoint by, and makes a deep
 * scan due that compares with it. The error is a sentence for the person. Call it in a transaction.
 */
export async function giveCertificate(
  db: Transaction,
  given: {
    readonly endpointId: string;
    /** A-label form, lower case. */
    readonly host: string;
    readonly pem: string;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<Result<{ readonly fingerprint: string }>> {
  const { endpointId, host, actor, now } = given;
  const read = readPemCertificate(given.pem);
  if (!read.ok) return read;
  const { fingerprint, der, dnsNames, notAfter } = read.value;
  if (!matchHost(host, dnsNames).matches) return err(`This certificate is not for ${host}.`);
  if (notAfter <= now.getTime()) return err('This certificate has expired already.');
  const said = { givenBy: actor, givenAt: now };
  await db.knownCertificate.upsert({
    where: { host_fingerprint: { host, fingerprint } },
    create: { host, fingerprint, der: new Uint8Array(der), ...said },
    update: said,
  });
  const older = await db.knownCertificate.findMany({
    where: { host },
    orderBy: { givenAt: 'desc' },
    skip: keptPerHost,
    select: { fingerprint: true },
  });
  await db.knownCertificate.deleteMany({
    where: { host, fingerprint: { in: older.map((row) => row.fingerprint) } },
  });
  await requestTask(db, { kind: 'scan', ref: endpointId, dueAt: now, priority: urgent });
  return ok({ fingerprint });
}

/** Takes back what an operator gave. */
export async function forgetCertificate(
  db: Transaction,
  { host, fingerprint }: { readonly host: string; readonly fingerprint: string },
): Promise<void> {
  await db.knownCertificate.deleteMany({ where: { host, fingerprint } });
}

/** What operators gave for a name, the latest first. */
export async function listGivenCertificates(db: Transaction, host: string): Promise<readonly GivenCertificate[]> {
  const rows = await db.knownCertificate.findMany({ where: { host }, orderBy: { givenAt: 'desc' }, take: keptPerHost });
  return rows.map(({ fingerprint, der, givenBy, givenAt }) => ({
    fingerprint,
    der: Buffer.from(der).toString('base64'),
    givenBy,
    givenAt: givenAt.getTime(),
  }));
}
