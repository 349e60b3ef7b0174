import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { sinkAddress } from './addresses.ts';
import { replaceCertificate, setService } from './control.ts';
import { labDomains } from './domains.ts';
import type { LabDomain, MailService } from './domain-types.ts';
import { logsFolder, mailsFolder, runFolder, stateFolder } from './folders.ts';
import { withLock } from './lock.ts';
import { startMailServers } from './mail-servers.ts';
import { startNameServers } from './name-servers.ts';
import { listenings, occupied } from './occupied-ports.ts';
import { ensurePackages, requireDebian12 } from './packages.ts';
import { parseMail, type ParsedMail } from './parse-mail.ts';
import { createPki } from './pki.ts';
import { updateState } from './lab-processes.ts';
import { isAlive, stopProcess } from './processes.ts';
import { startRelay, stopRelay } from './relay.ts';
import { installCertificate, pki, pkiFolder } from './server-certificates.ts';
import { mailFile, mailNumbers } from './sink.ts';
import { newState, readState, removeState, sourcesHash, writeState, type LabState } from './state.ts';
import { rootHintsFile, trustAnchorsFile } from './zones.ts';

const packages = [
  'nsd',
  'ldnsutils',
  'unbound',
  'bind9',
  'dovecot-imapd',
  'dovecot-pop3d',
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
  /** Mails in the sink, oldest first. */
  mails(): readonly ParsedMail[];
  clearMails(): void;
  /** Every server of the domain serves a good certificate for the domain's key. */
  renewCertificate(domain: string): Promise<void>;
  /** Every server of the domain serves a certificate that expired 5 days ago, for the same key. */
  expireCertificate(domain: string): Promise<void>;
  stopService(domain: string, service: MailService): Promise<void>;
  startService(domain: string, service: MailService): Promise<void>;
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
    await ensurePackages(packages);
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
    await createPki(pkiFolder, now);
    const certificates = labDomains.flatMap((domain) =>
      domain.servers.map((server) =>
        installCertificate({ domain, server, kind: server.certificate, key: server.key, now }),
      ),
    );
    await Promise.all(certificates);
    await Promise.all([startNameServers(labDomains, now), startMailServers(), startRelay()]);
    updateState((state) => ({ ...state, ready: true }));
  } catch (error) {
    await stopEverything({ keepLogs: true });
    throw error;
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
    mails: () =>
      mailNumbers(mailsFolder).map((number) => parseMail(readFileSync(mailFile(mailsFolder, number), 'latin1'))),
    clearMails: () =>
      mailNumbers(mailsFolder).forEach((number) => rmSync(mailFile(mailsFolder, number), { force: true })),
    renewCertificate: (domain) => withLock('lab', () => replaceCertificate(domain, 'good')),
    expireCertificate: (domain) => withLock('lab', () => replaceCertificate(domain, 'expired')),
    stopService: (domain, service) => withLock('lab', () => setService(domain, service, 'down')),
    startService: (domain, service) => withLock('lab', () => setService(domain, service, 'up')),
    setRelay: (wanted) => withLock('lab', wanted === 'up' ? startRelay : stopRelay),
  };
}
