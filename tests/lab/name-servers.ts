import { Resolver } from 'node:dns/promises';
import { bindResolver, dnsAddresses } from './addresses.ts';
import { configureBind } from './bind.ts';
import type { LabDomain } from './domain-types.ts';
import { launch, waitFor } from './lab-processes.ts';
import { configureNsd } from './nsd.ts';
import { nodeProgram } from './relay.ts';
import { configureUnbound } from './unbound.ts';
import type { ServedZone } from './zone-types.ts';
import { buildLabZones } from './zones.ts';

/** Signs the zones and starts the authoritative servers and both resolvers. Returns when they answer. */
export async function startNameServers(domains: readonly LabDomain[], now: number): Promise<void> {
  const scripted = launch(nodeProgram('scripted-dns', 'scripted-dns-process.ts'));
  const zones = await buildLabZones(domains, now);
  await Promise.all([
    startNsd('nsd-root', dnsAddresses.root, zones),
    startNsd('nsd-top-level', dnsAddresses.topLevel, zones),
    startNsd('nsd-zones', dnsAddresses.zones, [...zones, ...behindScripted(zones)]),
    startNsd('nsd-second', dnsAddresses.second, zones),
  ]);
  // After them: a resolver that finds nobody remembers that for a while.
  const ready = [
    { labProcess: scripted, server: dnsAddresses.scripted },
    { labProcess: launch(configureUnbound()), server: dnsAddresses.resolver },
    { labProcess: launch(configureBind()), server: `${bindResolver.address}:${bindResolver.port}` },
  ];
  await Promise.all(
    ready.map(({ labProcess, server }) =>
      waitFor(labProcess, { what: `${labProcess.name} answers`, condition: () => hasSoa(server, 'ok.test') }),
    ),
  );
}

/** The scripted server has no zones of its own: it passes questions on to this one. */
function behindScripted(zones: readonly ServedZone[]): readonly ServedZone[] {
  const scripted = zones.filter((zone) => zone.address === dnsAddresses.scripted);
  return scripted.map((zone) => ({ ...zone, address: dnsAddresses.zones }));
}

async function startNsd(name: string, address: string, all: readonly ServedZone[]): Promise<void> {
  const zones = all.filter((zone) => zone.address === address);
  const labProcess = launch(configureNsd({ name, address, zones }));
  const last = zones.at(-1)?.name ?? '.';
  await waitFor(labProcess, { what: `${name} answers`, condition: () => hasSoa(address, last) });
}

async function hasSoa(server: string, zone: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([server]);
  try {
    await resolver.resolveSoa(zone);
    return true;
  } catch {
    return false;
  }
}
