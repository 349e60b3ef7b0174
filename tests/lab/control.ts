import { labDomain } from './domains.ts';
import type { CertificateKind, MailService } from './domain-types.ts';
import { updateState } from './lab-processes.ts';
import { restartServer, stoppedKey } from './mail-servers.ts';
import { domainKey, installCertificate } from './server-certificates.ts';

/*
 * What a test may do to the lab while it runs. Each returns when clients see the change. Callers hold the lock.
 */

/** All servers of the domain get a new certificate for the domain's current key, and serve it. */
export async function replaceCertificate(name: string, kind: CertificateKind): Promise<void> {
  const domain = labDomain(name);
  for (const server of domain.servers) {
    const keyFile = domainKey(domain, 'current', server.keyType);
    installCertificate({ server, kind, keyFile, now: Date.now(), set: 'main' });
    await restartServer(domain, server);
  }
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
  for (const server of servers) await restartServer(domain, server);
}

/**
 * Makes Dovecot of the domain send events of clients to a URL, which may hold user and password; null: nowhere.
 * @throws when no server of the domain logs clients.
 */
export async function sendEvents(name: string, url: string | null): Promise<void> {
  const domain = labDomain(name);
  const servers = domain.servers.filter(({ quirks }) => quirks.includes('logs-clients'));
  if (servers.length === 0) throw new Error(`No server of ${name} logs its clients.`);
  updateState((state) => {
    const others = Object.entries(state.eventsUrls).filter(([other]) => other !== name);
    return { ...state, eventsUrls: Object.fromEntries(url === null ? others : [...others, [name, url]]) };
  });
  for (const server of servers) await restartServer(domain, server);
}
