import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import type { Settings } from '#lib/settings.ts';
import { Refusal } from '#workers/database/refusal.ts';
import { createDial } from '#workers/net/dial.ts';
import { createIpv6RouteCheck } from '#workers/net/dns/ipv6-route.ts';
import { openDns } from '#workers/net/dns/open-dns.ts';
import type { Clock, ConnectionLimit, Dial } from '#workers/ports.ts';
import { createTrustStore } from '#workers/probes/trust-store.ts';
import type { CommandContext } from './command.ts';
import { readSettingsOrRefuse } from './read-settings-or-refuse.ts';

/** What a command looks with that needs no database, as the settings say. @throws Refusal when settings are wrong. */
export async function openProbes({ env, signal }: Pick<CommandContext, 'env' | 'signal'>) {
  const settings = readSettingsOrRefuse(env);
  const clock: Clock = { now: () => Date.now() };
  const dns = await openDns({ settings, clock, signal });
  if (!dns.ok) throw new Refusal(dns.error);
  const trust = await createTrustStore({ caFile: settings.caFile });
  if (!trust.ok) throw new Refusal(trust.error);
  // One run holds one connection an address; only workers have others to reckon with.
  const limit: ConnectionLimit = async (_address, _deadline, work) => work();
  return {
    settings,
    query: dns.value.query,
    resolverPassesSignatures: dns.value.passesSignatures,
    validator: dns.value.validator,
    delegationOf: dns.value.source.iterate.delegationOf,
    askServer: dns.value.source.askServer,
    hasIpv6Route: createIpv6RouteCheck(),
    dial: createStoppableDial(settings, signal),
    limit,
    trust: trust.value,
    clock,
    vantage: settings.vantage,
  };
}

/** The one dialler, whose connections end when the person stops the command. */
function createStoppableDial({ allowAddresses }: Settings, signal: AbortSignal): Dial {
  const blocks = allowAddresses.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  const dial = createDial({ guard: createAddressGuard(blocks) });
  return async (to) => {
    const connection = await dial(to);
    if (connection.ok) {
      const { facts: socket } = connection;
      const stop = () => socket.destroy();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      socket.once('close', () => signal.removeEventListener('abort', stop));
    }
    return connection;
  };
}
