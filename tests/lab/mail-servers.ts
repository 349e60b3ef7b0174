import { existsSync } from 'node:fs';
import { authSocket, configureAuth, configureDovecot, dovecotName, isDovecotService } from './dovecot.ts';
import { labDomains } from './domains.ts';
import {
  mailPorts,
  servicesOf,
  type LabDomain,
  type LabServer,
  type MailService,
  type UnpackedProgram,
} from './domain-types.ts';
import { configureCyrus } from './cyrus.ts';
import { configureExim } from './exim.ts';
import { currentState, end, launch, waitFor } from './lab-processes.ts';
import { configureOpensmtpd } from './opensmtpd.ts';
import { accepts } from './ports.ts';
import { configurePostfix, isPostfixService, postfixName } from './postfix.ts';
import { poll } from './poll.ts';
import type { LabProcess, ProcessSpec } from './processes.ts';
import { nodeProgram } from './relay.ts';
import { webPorts } from './web-server.ts';

/** How a service that was stopped on purpose is written down in the state. */
export function stoppedKey(domain: LabDomain, service: MailService): string {
  return `${domain.name} ${service}`;
}

/** Starts everything that speaks a mail protocol, and the web sites, all at once. Returns when every port answers. */
export async function startMailServers(): Promise<void> {
  const auth = launch(configureAuth());
  const scripted = launch(nodeProgram('scripted', 'scripted-process.ts'));
  const started = labDomains.flatMap((domain) =>
    domain.servers.flatMap((server) => {
      const real = [...server.services, ...(server.unpacked?.services ?? [])];
      const ours = servicesOf(server).filter((service) => !real.includes(service));
      return [
        startDovecot(domain, server),
        startPostfix(domain, server),
        startUnpacked(server),
        listensAll(scripted, server, ours),
      ];
    }),
  );
  const authReady = waitFor(auth, {
    what: 'Dovecot checks passwords',
    condition: () => Promise.resolve(existsSync(authSocket)),
  });
  const all = await Promise.allSettled([authReady, ...started, sitesListen(scripted)]);
  const failed = all.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
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
  const eventsUrl = currentState().eventsUrls[domain.name] ?? null;
  await listensAll(launch(configureDovecot(server, { services, eventsUrl })), server, services);
}

async function startPostfix(domain: LabDomain, server: LabServer): Promise<void> {
  const services = running(domain, server).filter(isPostfixService);
  if (services.length === 0) return;
  await listensAll(launch(configurePostfix(server, services)), server, services);
}

async function startUnpacked(server: LabServer): Promise<void> {
  if (server.unpacked === null) return;
  const { program, services } = server.unpacked;
  if (currentState().unavailable.some((one) => one.program === program)) return;
  await listensAll(launch(configureUnpacked(program, { server, services })), server, services);
}

function configureUnpacked(
  program: UnpackedProgram,
  { server, services }: { readonly server: LabServer; readonly services: readonly MailService[] },
): ProcessSpec {
  switch (program) {
    case 'exim':
      return configureExim(server, services);
    case 'opensmtpd':
      return configureOpensmtpd(server, services);
    case 'cyrus':
      return configureCyrus(server, services);
  }
}

function running(domain: LabDomain, server: LabServer): readonly MailService[] {
  const { stopped } = currentState();
  return server.services.filter((service) => !stopped.includes(stoppedKey(domain, service)));
}

async function sitesListen(scripted: LabProcess): Promise<void> {
  for (const { address } of labDomains.flatMap((domain) => domain.web)) {
    for (const port of webPorts) {
      await waitFor(scripted, {
        what: `the web site on ${address}:${port} listens`,
        condition: () => accepts(address, port),
      });
    }
  }
}

/** One port after the other: a program opens them together, and asking for all at once slows it down. */
async function listensAll(labProcess: LabProcess, server: LabServer, services: readonly MailService[]): Promise<void> {
  for (const service of services) {
    await waitFor(labProcess, {
      what: `${labProcess.name} listens on ${server.address}:${mailPorts[service]}`,
      condition: () => accepts(server.address, mailPorts[service]),
    });
  }
}
