import { Resolver } from 'node:dns/promises';
import { dnsAddresses } from './addresses.ts';
import type { LabDomain } from './domain-types.ts';
import { launch, waitFor } from './lab-processes.ts';
import { configureNsd } from './nsd.ts';
import { configureUnbound } from './unbound.ts';
import { buildZones } from './zones.ts';

/** Signs the zones and starts three authoritative servers and the resolver. Returns when they answer. */
export async function startNameServers(domains: readonly LabDomain[], now: number): Promise<void> {
  const zones = await buildZones(domains, now);
  const authoritative = [
    { name: 'nsd-root', address: dnsAddresses.root, zones: [zones.root] },
    { name: 'nsd-top-level', address: dnsAddresses.topLevel, zones: [zones.topLevel] },
    { name: 'nsd-zones', address: dnsAddresses.zones, zones: zones.mail },
  ];
  const started = authoritative.map((options) => ({ options, labProcess: launch(configureNsd(options)) }));
  await Promise.all(
    started.map(({ options, labProcess }) => {
      const zone = options.zones.at(-1)?.name ?? '.';
      return waitFor(labProcess, { what: `${options.name} answers`, condition: () => hasSoa(options.address, zone) });
    }),
  );
  // After them: a resolver that finds nobody remembers that for a while.
  const unbound = launch(configureUnbound());
  const lastZone = zones.mail.at(-1)?.name ?? 'test.';
  await waitFor(unbound, { what: 'unbound answers', condition: () => hasSoa(dnsAddresses.resolver, lastZone) });
}

async function hasSoa(address: string, zone: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  try {
    await resolver.resolveSoa(zone);
    return true;
  } catch {
    return false;
  }
}
