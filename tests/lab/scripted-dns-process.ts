import { dnsAddresses } from './addresses.ts';
import { dnssecZones } from './dnssec-zones.ts';
import { startScriptedDns } from './scripted-dns.ts';

/* Program: the name server of the zones that no real name server would serve like this. */

startScriptedDns({
  address: dnsAddresses.scripted,
  port: 53,
  upstream: dnsAddresses.zones,
  faultOf: (name) => {
    const zone = dnssecZones.find(({ source }) => name === source.name || name.endsWith(`.${source.name}`));
    return zone?.serverFault ?? null;
  },
});
