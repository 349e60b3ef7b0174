import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { labDomain } from './domains.ts';
import { mailPorts, type CertificateKind, type LabDomain, type MailService } from './domain-types.ts';
import { isDovecotService } from './dovecot.ts';
import { updateState } from './lab-processes.ts';
import { reloadPostfix, restartDovecot, stoppedKey } from './mail-servers.ts';
import { servedFingerprint } from './ports.ts';
import { isPostfixService } from './postfix.ts';
import { poll } from './poll.ts';
import { installCertificate, serverFiles } from './server-certificates.ts';

/*
 * What a test may do to the lab while it runs. Each returns when clients see the change. Callers hold the lock.
 */

/** All servers of the domain get a new certificate for the domain's current key, and serve it. */
export async function replaceCertificate(name: string, kind: CertificateKind): Promise<void> {
  const domain = labDomain(name);
  for (const server of domain.servers) {
    await installCertificate({ domain, server, kind, key: 'current', now: Date.now() });
    if (server.services.some(isDovecotService)) await restartDovecot(domain, server);
  }
  await reloadPostfix();
  await waitUntilServed(domain);
}

/**
 * Stops or starts one service on all servers of the domain: connections are refused, or answered again.
 * @throws when the domain has no such service of a real server.
 */
export async function setService(name: string, service: MailService, wanted: 'up' | 'down'): Promise<void> {
  const domain = labDomain(name);
  const servers = domain.servers.filter((server) => server.services.includes(service));
  if (servers.length === 0) throw new Error(`${name} has no ${service} that can be stopped.`);
  const key = stoppedKey(domain, service);
  updateState((state) => {
    const others = state.stopped.filter((one) => one !== key);
    return { ...state, stopped: wanted === 'down' ? [...others, key] : others };
  });
  if (isPostfixService(service)) await reloadPostfix();
  else for (const server of servers) await restartDovecot(domain, server);
}

/** A server's processes change over one after the other: wait until each implicit TLS port has the new certificate. */
async function waitUntilServed(domain: LabDomain): Promise<void> {
  for (const server of domain.servers) {
    const expected = new X509Certificate(readFileSync(serverFiles(server).chain)).fingerprint256;
    for (const service of ['imaps', 'pop3s', 'submissions'] as const) {
      if (!server.services.includes(service)) continue;
      const port = mailPorts[service];
      await poll(async () => [null, expected].includes(await servedFingerprint(server.address, port)), {
        what: `${server.address}:${port} serves the new certificate`,
        deadlineMs: 10_000,
      });
    }
  }
}
