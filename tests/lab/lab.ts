import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { sinkAddress } from './addresses.ts';
import { replaceCertificate, sendEvents, setService } from './control.ts';
import { labDomain, labDomains } from './domains.ts';
import { dovecotLog } from './dovecot.ts';
import { unpackedPrograms, type LabDomain, type MailService, type UnpackedProgram } from './domain-types.ts';
import { logsFolder, mailsFolder, runFolder, stateFolder } from './folders.ts';
import { withLock } from './lock.ts';
import { startMailServers } from './mail-servers.ts';
import { startNameServers } from './name-servers.ts';
import { listenings, occupied } from './occupied-ports.ts';
import { ensurePackages, requireDebian12 } from './packages.ts';
import { parseMail, type ParsedMail } from './parse-mail.ts';
import { createPki } from './pki.ts';
import { updateState } from './lab-processes.ts';
import { unpackProgram } from './unpack.ts';
import { isAlive, stopProcess } from './processes.ts';
import { postfixLog } from './postfix.ts';
import { startRelay, stopRelay } from './relay.ts';
import { installCertificates, pki, pkiFolder } from './server-certificates.ts';
import { mailFile, mailNumbers } from './sink.ts';
import { newState, readState, removeState, sourcesHash, writeState, type LabState } from './state.ts';
import { rootHintsFile, trustAnchorsFile } from './zones.ts';

export const labPackages = [
  'nsd',
  'ldnsutils',
  'unbound',
  'bind9',
  'dovecot-imapd',
  'dovecot-pop3d',
  'dovecot-managesieved',
  'postfix',
  'bind9-dnsutils',
  'openssl',
] as const;

/** "Expires in 6 hours" has to stay true for a while, and not be over. */
const maxAgeMs = 3 * 3_600_000;

export interface Lab {
  /** Settings that make the product look at the lab and mail to its sink. */
  readonly environment: Readonly<Record<string, string>>;
  readonly domains: readonly LabDomain[];
  /** Whether this call of `startLab` started it; false: it was running. */
  readonly started: boolean;
  /** Programs that could not be had, and why in a sentence: servers of theirs are not there. */
  readonly unavailable: readonly { readonly program: UnpackedProgram; readonly reason: string }[];
  /** Mails in the sink, oldest first. */
  mails(): readonly ParsedMail[];
  clearMails(): void;
  /** Every server of the domain serves a good certificate for the domain's key. */
  renewCertificate(domain: string): Promise<void>;
  /** Every server of the domain serves a certificate that expired 5 days ago, for the same key. */
  expireCertificate(domain: string): Promise<void>;
  stopService(domain: string, service: MailService): Promise<void>;
  startService(domain: string, service: MailService): Promise<void>;
  /** Dovecot of a domain that logs clients sends events of them to this URL; null: nowhere. */
  sendEvents(domain: string, url: string | null): Promise<void>;
  /** The logs of the programs of a domain's servers; some may not exist yet. */
  logFiles(domain: string): readonly string[];
  /** Down: connections to the relay are refused. */
  setRelay(wanted: 'up' | 'down'): Promise<void>;
}

/**
 * Starts the lab, or takes the one of this checkout that runs. Returns when every server answers.
 * @throws Error with a sentence for people: not root, not Debian 12, addresses in use.
 */
export function startLab(): Promise<Lab> {
  return withLock('lab', async () => {
    requireDebian12();
    if (process.getuid?.() !== 0) {
      throw new Error('The lab listens on ports below 1024: it needs root. Run: sudo npm run lab up');
    }
    await ensurePackages(labPackages);
    const state = readState();
    if (state !== null && isFit(state)) return labHandle(false);
    await stopEverything();
    await refuseWhenOccupied();
    await bringUp();
    return labHandle(true);
  });
}

/** Ends the processes that the lab of this checkout started, and nothing else. */
export function stopLab(): Promise<void> {
  return withLock('lab', stopEverything);
}

export interface LabStatus {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
}

export function labStatus(): readonly LabStatus[] {
  const processes = readState()?.processes ?? [];
  return processes.map((one) => ({ name: one.name, pid: one.pid, alive: isAlive(one) }));
}

function isFit(state: LabState): boolean {
  return (
    state.ready &&
    state.sources === sourcesHash() &&
    Date.now() - state.startedAt < maxAgeMs &&
    state.processes.every(isAlive)
  );
}

async function bringUp(): Promise<void> {
  const now = Date.now();
  for (const folder of [runFolder, logsFolder, stateFolder, mailsFolder]) mkdirSync(folder, { recursive: true });
  writeState(newState());
  try {
    createPki(pkiFolder, now);
    for (const domain of labDomains) installCertificates(domain, now);
    await unpackPrograms();
    // All of them, also when one fails: what is still starting could not be stopped.
    const parts = await Promise.allSettled([startNameServers(labDomains, now), startMailServers(), startRelay()]);
    const failed = parts.find((part) => part.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    updateState((state) => ({ ...state, ready: true }));
  } catch (error) {
    await stopEverything({ keepLogs: true });
    throw error;
  }
}

/** Downloads what is missing; what cannot be had is written down, and the lab is without it. */
async function unpackPrograms(): Promise<void> {
  for (const program of unpackedPrograms) {
    const unpacked = await unpackProgram(program);
    if (unpacked.ok) continue;
    const { reason } = unpacked;
    updateState((state) => ({ ...state, unavailable: [...state.unavailable, { program, reason }] }));
  }
}

async function refuseWhenOccupied(): Promise<void> {
  const taken = await occupied(listenings(labDomains));
  if (taken.length === 0) return;
  const list = taken.slice(0, 4).map(({ address, port, transport }) => `${address}:${port}/${transport}`);
  const more = taken.length > list.length ? ` and ${taken.length - list.length} more` : '';
  throw new Error(`The lab cannot start: something else uses ${list.join(', ')}${more}. To see what: ss -lntup`);
}

async function stopEverything(options: { readonly keepLogs: boolean } = { keepLogs: false }): Promise<void> {
  await Promise.all((readState()?.processes ?? []).map(stopProcess));
  removeState();
  rmSync(mailsFolder, { recursive: true, force: true });
  if (!options.keepLogs) rmSync(runFolder, { recursive: true, force: true });
}

function labHandle(started: boolean): Lab {
  return {
    environment: {
      LATCHWATCH_ROOT_HINTS: rootHintsFile,
      LATCHWATCH_TRUST_ANCHORS: trustAnchorsFile,
      LATCHWATCH_CA_FILE: pki.root.certificateFile,
      LATCHWATCH_ALLOW_ADDRESSES: '127.80.0.0/16,127.53.0.0/16,127.0.0.53/32',
      LATCHWATCH_SMTP_URL: `smtp://${sinkAddress}:25`,
      LATCHWATCH_MAIL_FROM: 'latchwatch@monitor.test',
      LATCHWATCH_MAIL_TO: 'operator@monitor.test',
    },
    domains: labDomains,
    started,
    unavailable: readState()?.unavailable ?? [],
    mails: () =>
      mailNumbers(mailsFolder).map((number) => parseMail(readFileSync(mailFile(mailsFolder, number), 'latin1'))),
    clearMails: () =>
      mailNumbers(mailsFolder).forEach((number) => rmSync(mailFile(mailsFolder, number), { force: true })),
    renewCertificate: (domain) => withLock('lab', () => replaceCertificate(domain, 'good')),
    expireCertificate: (domain) => withLock('lab', () => replaceCertificate(domain, 'expired')),
    stopService: (domain, service) => withLock('lab', () => setService(domain, service, 'down')),
    startService: (domain, service) => withLock('lab', () => setService(domain, service, 'up')),
    sendEvents: (domain, url) => withLock('lab', () => sendEvents(domain, url)),
    logFiles: (domain) => labDomain(domain).servers.flatMap((server) => [dovecotLog(server), postfixLog(server)]),
    setRelay: (wanted) => withLock('lab', wanted === 'up' ? startRelay : stopRelay),
  };
}
