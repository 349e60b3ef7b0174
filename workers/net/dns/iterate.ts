import type { Message } from '#lib/dns/message.ts';
import type { Name } from '#lib/dns/name.ts';
import type { NameServer } from '#lib/dns/root-hints.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import type { Seen } from '#lib/model/observation.ts';
import type { AskServer } from './ask-server.ts';
import { findDelegation, findParentServers, type ParentServers, type ZoneDelegation } from './delegation.ts';
import { createIpv6RouteCheck } from './ipv6-route.ts';
import type { ResolveOptions } from './resolve.ts';
import { createWalker } from './walk.ts';

export interface IterateOptions {
  /** Servers of the root. They are used as they are: the root's own NS set is not asked for first (RFC 9609). */
  readonly hints: readonly NameServer[];
  /** Its guard decides which servers may be asked; the others are passed over. */
  readonly askServer: AskServer;
  /** Of servers found by referral; 53 by default. */
  readonly port?: number;
  /** Uniform in [0, 1); decides nothing that a forger could use. */
  readonly random?: () => number;
  readonly hasIpv6Route?: () => Promise<boolean>;
}

export interface Iterated {
  /** As the authoritative server sent it. CNAME records are not followed. */
  readonly message: Message;
  /** `address:port` that it came from. */
  readonly server: string;
  /** The zone that the answer is from, as far as signatures, SOA or delegations tell. */
  readonly zone: Name;
}

/** Iteration from the root (RFC 1034 section 5.3.3), with what it found out about delegations. */
export interface Iterate {
  /**
   * The answer of an authoritative server; one with an error (SERVFAIL, REFUSED) where no server of the zone knows
   * better. A failure has the stage `resolve` and the reason `timeout`, `dns` (no server of use) or `limit`.
   */
  readonly ask: (question: DnsQuestion, options: ResolveOptions) => Promise<Seen<Iterated>>;
  /** Every name server of a zone with all its addresses, and what parent and zone say of them. */
  readonly delegationOf: (zone: Name, options: ResolveOptions) => Promise<Seen<ZoneDelegation>>;
  /** The servers that delegate the zone: its DS records are asked for there. Fails for the root. */
  readonly parentServers: (zone: Name, options: ResolveOptions) => Promise<Seen<ParentServers>>;
}

/** Questions go without recursion, with DO. Delegations are remembered for five minutes at most. */
export function createIterate(options: IterateOptions): Iterate {
  const walker = createWalker({
    hints: options.hints,
    askServer: options.askServer,
    port: options.port ?? 53,
    random: options.random ?? Math.random,
    hasIpv6Route: options.hasIpv6Route ?? createIpv6RouteCheck(),
  });
  return {
    ask: async (question, asked) => {
      const found = await walker.find(question, walker.begin(asked));
      if (!found.ok) return found;
      const { message, server, zone } = found.facts;
      return { ok: true, facts: { message, server, zone } };
    },
    delegationOf: (zone, asked) => findDelegation({ zone, walker, options: asked, hints: options.hints }),
    parentServers: (zone, asked) => findParentServers({ zone, walker, options: asked }),
  };
}
