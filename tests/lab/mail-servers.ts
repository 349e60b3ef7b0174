import { existsSync } from 'node:fs';
import { authSocket, configureAuth, configureDovecot, dovecotName, isDovecotService } from './dovecot.ts';
import { labDomains } from './domains.ts';
import { mailPorts, mailServices, type LabDomain, type LabServer, type MailService } from './domain-types.ts';
import { currentState, end, launch, waitFor } from './lab-processes.ts';
import { accepts } from './ports.ts';
import { configurePostfix, isPostfixService, postfixName } from './postfix.ts';
import { poll } from './poll.ts';
import type { LabProcess } from './processes.ts';
import { nodeProgram } from './relay.ts';

/** How a service that was stopped on purpose is written down in the state. */
export function stoppedKey(domain: LabDomain, service: MailService): string {
  return `${domain.name} ${service}`;
}

/** Starts everything that speaks a mail protocol, all at once. Returns when every port answers. */
export async function startMailServers(): Promise<void> {
  const auth = launch(configureAuth());
  const scripted = launch(nodeProgram('scripted', 'scripted-process.ts'));
  const started = labDomains.flatMap((domain) =>
    domain.servers.flatMap((server) => {
      const broken = mailServices.filter((service) => server.brokenStarttls[service] !== undefined);
      return [startDovecot(domain, server), startPostfix(domain, server), listensAll(scripted, server, broken)];
    }),
  );
  const authReady = waitFor(auth, {
    what: 'Dovecot checks passwords',
    condition: () => Promise.resolve(existsSync(authSocket)),
  });
  await Promise.all([authReady, ...started]);
}

/**
 * Makes a server take over a new certificate and a new set of services. Its programs are killed, since they keep
 * nothing and Dovecot takes seconds to stop by itself; told to reload, old processes would go on answering for a while.
 */
export async function restartServer(domain: LabDomain, server: LabServer): Promise<void> {
  await Promise.all([end(dovecotName(server)), end(postfixName(server))]);
  await poll(
    async () => {
      const answers = await Promise.all(server.services.map((service) => accepts(server.address, mailPorts[service])));
      return !answers.includes(true);
    },
    { what: `the ports of ${server.address} are free`, deadlineMs: 10_000 },
  );
  await Promise.all([startDovecot(domain, server), startPostfix(domain, server)]);
}

async function startDovecot(domain: LabDomain, server: LabServer): Promise<void> {
  const services = running(domain, server).filter(isDovecotService);
  if (services.length === 0) return;
  await listensAll(launch(configureDovecot(server, services)), server, services);
}

async function startPostfix(domain: LabDomain, server: LabServer): Promise<void> {
  const services = running(domain, server).filter(isPostfixService);
  if (services.length === 0) return;
  await listensAll(launch(await configurePostfix(server, services)), server, services);
}

function running(domain: LabDomain, server: LabServer): readonly MailService[] {
  const { stopped } = currentState();
  return server.services.filter((service) => !stopped.includes(stoppedKey(domain, service)));
}

async function listensAll(labProcess: LabProcess, server: LabServer, services: readonly MailService[]): Promise<void> {
  await Promise.all(
    services.map((service) =>
      waitFor(labProcess, {
        what: `${labProcess.name} listens on ${server.address}:${mailPorts[service]}`,
        condition: () => accepts(server.address, mailPorts[service]),
      }),
    ),
  );
}
