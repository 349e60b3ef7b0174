import type { SupportAnswer, SupportHostItem, SupportProgram } from '#components/support-answer.tsx';
import { serviceWord } from '#components/domain-tile.tsx';
import { judgeEndpointItem } from '#components/endpoint-table.tsx';
import { chooseNames } from '#lib/support/choose-names.ts';
import { customerAdvice } from '#lib/support/customer-advice.ts';
import { judgeProgram, outcomeOrder, type LeftOut } from '#lib/support/judge-client.ts';
import type { AccountClient } from './account-clients.ts';
import { readSupportHosts, type SupportHost } from './support-hosts.ts';

/** Programs of one account that are judged; more has only one that changes its name at each login. */
const maxPrograms = 40;

/** What is known of the programs of an account and of the hosts that they use; the worst first. */
export async function supportAnswer(clients: readonly AccountClient[], now: Date): Promise<SupportAnswer> {
  const shown = clients.slice(0, maxPrograms);
  const servers = shown.map(({ server }) => server.hosts);
  const hosts = await readSupportHosts(chooseNames(servers), now);
  const programs = shown
    .map((client) => programOf(client, hosts))
    .toSorted((a, b) => outcomeOrder.indexOf(a.outcome) - outcomeOrder.indexOf(b.outcome));
  return {
    programs,
    more: clients.length - shown.length,
    hosts: hosts.map(hostItem),
    namesLeftOut: new Set(servers.flat()).size - hosts.length,
    advice: customerAdvice(programs.map(({ outcome }) => outcome)),
    now: now.getTime(),
  };
}

function programOf(client: AccountClient, hosts: readonly SupportHost[]): SupportProgram {
  const { server, latched, supported, speaksDeep, reportedAt, lastDay, failures } = client;
  const { service } = server;
  // Where only an address is known, every name that leads there may be the one that the program uses.
  const own = hosts.filter(({ host }) => server.hosts.includes(host));
  const services = own.flatMap((host) => host.services);
  const leftOut: LeftOut =
    own.length < server.hosts.length ? 'names' : own.some((host) => host.leftOut.includes(service)) ? 'ports' : null;
  const { outcome, reasons } = judgeProgram({ service, latched, speaksDeep }, services, leftOut);
  return {
    ...{ name: client.client.name, version: client.client.version, service, latched, supported, speaksDeep },
    serviceName: serviceWord[service],
    server: server.hosts[0] ?? server.address ?? '',
    ...{ outcome, reasons, lastDay, failures, reportedAt: reportedAt.getTime() },
  };
}

function hostItem({ host, services, leftOut, statusUrls, statusFaults }: SupportHost): SupportHostItem {
  return {
    ...{ host, statusUrls, statusFaults },
    leftOut: leftOut.map((service) => serviceWord[service]),
    services: services.map(({ service, port, freshness, lookedAt, verdict }) => ({
      ...{ serviceName: serviceWord[service], port, lookedAt },
      ...judgeEndpointItem({ verdict, freshness }),
    })),
  };
}
