import { existsSync } from 'node:fs';
import { authSocket, configureAuth, configureDovecot, dovecotName, isDovecotService } from './dovecot.ts';
import { labDomains } from './domains.ts';
import { mailPorts, mailServices, type LabDomain, type LabServer, type MailService } from './domain-types.ts';
import { currentState, end, findProcess, launch, waitFor } from './lab-processes.ts';
import { accepts } from './ports.ts';
import { configurePostfix, isPostfixService, postfixName, writeMasterFile, type PostfixListener } from './postfix.ts';
import { poll } from './poll.ts';
import { signal, type LabProcess } from './processes.ts';
import { nodeProgram } from './relay.ts';

/** How a service that was stopped on purpose is written down in the state. */
export function stoppedKey(domain: LabDomain, service: MailService): string {
  return `${domain.name} ${service}`;
}

/** Starts everything that speaks a mail protocol, all at once. Returns when every port answers. */
export async function startMailServers(): Promise<void> {
  const auth = launch(configureAuth());
  const postfix = launch(await configurePostfix(labDomains, postfixListeners()));
  const scripted = launch(nodeProgram('scripted', 'scripted-process.ts'));
  const started = labDomains.flatMap((domain) =>
    domain.servers.flatMap((server) => [
      startDovecot(domain, server),
      listensAll(postfix, server, running(domain, server).filter(isPostfixService)),
      listensAll(
        scripted,
        server,
        mailServices.filter((service) => server.brokenStarttls[service] !== undefined),
      ),
    ]),
  );
  const authReady = waitFor(auth, {
    what: 'Dovecot checks passwords',
    condition: () => Promise.resolve(existsSync(authSocket)),
  });
  await Promise.all([authReady, ...started]);
}

/** Makes Dovecot take over new certificates and a new set of services: a fresh process takes 50 ms. */
export async function restartDovecot(domain: LabDomain, server: LabServer): Promise<void> {
  await end(dovecotName(server));
  await startDovecot(domain, server);
}

/** Makes Postfix take over new certificates and a new set of services; other domains notice nothing. */
export async function reloadPostfix(): Promise<void> {
  writeMasterFile(postfixListeners());
  const postfix = findProcess(postfixName);
  if (postfix !== undefined) signal(postfix, 'SIGHUP');
  const listeners = new Set(postfixListeners().map(({ server, service }) => `${server.address} ${service}`));
  await Promise.all(
    everyServer().flatMap(({ server }) =>
      server.services.filter(isPostfixService).map((service) => {
        const expected = listeners.has(`${server.address} ${service}`);
        const what = `Postfix ${expected ? 'listens' : 'no longer listens'} on ${server.address}:${mailPorts[service]}`;
        return poll(async () => (await accepts(server.address, mailPorts[service])) === expected, {
          what,
          deadlineMs: 10_000,
        });
      }),
    ),
  );
}

async function startDovecot(domain: LabDomain, server: LabServer): Promise<void> {
  const services = running(domain, server).filter(isDovecotService);
  if (services.length === 0) return;
  await listensAll(launch(configureDovecot(server, services)), server, services);
}

function postfixListeners(): readonly PostfixListener[] {
  return everyServer().flatMap(({ domain, server }) =>
    running(domain, server)
      .filter(isPostfixService)
      .map((service) => ({ domain, server, service })),
  );
}

function everyServer(): readonly { readonly domain: LabDomain; readonly server: LabServer }[] {
  return labDomains.flatMap((domain) => domain.servers.map((server) => ({ domain, server })));
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
