import { performance } from 'node:perf_hooks';
import type { Message } from '#lib/dns/message.ts';
import { Name } from '#lib/dns/name.ts';
import { addressesOf, readReply } from '#lib/dns/referral.ts';
import type { NameServer } from '#lib/dns/root-hints.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodeName, rcodes, recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import { classifyAddress } from '#lib/model/address.ts';
import { parseIpAddress } from '#lib/model/ip-address.ts';
import type { FailureReason, Seen } from '#lib/model/observation.ts';
import type { AskServer } from './ask-server.ts';
import { stopped } from './exchange.ts';
import type { ResolveOptions } from './resolve.ts';
import { createServerOrder } from './server-order.ts';
import { createTtlCache } from './ttl-cache.ts';

/*
 * The way from the root to the servers of a zone (RFC 1034 section 5.3.3). All limits are per question of a caller,
 * questions for the addresses of name servers included: what a stranger's zone can make us do is bounded.
 */

const maxQuestions = 64;
const maxReferrals = 32;
/** How deep the address of a server may hang on that of another. */
const maxDepth = 4;
/** Hosts without glue that are looked up for one question to one zone (NXNSAttack). */
const maxGluelessHosts = 5;
/** Each with twice the patience of the one before. */
const rounds = 3;

const maxDelegations = 10_000;
const maxHosts = 10_000;
/** A monitor has to see soon that a zone moved; five minutes spare the parents nearly all questions all the same. */
const maxTtlSeconds = 300;

export interface Delegation {
  readonly zone: Name;
  readonly servers: readonly NameServer[];
}

/** One question of a caller, with all that it leads to. */
export interface Walk {
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly fresh: boolean;
  readonly avoid: ReadonlySet<string>;
  readonly left: { questions: number; referrals: number };
  /** Hosts whose addresses are being looked up further out. */
  readonly resolving: readonly Name[];
}

/** An authoritative answer, or an error where no server of the zone knows better. */
export interface Found {
  readonly message: Message;
  /** `address:port` that it came from. */
  readonly server: string;
  /** The zone that the answer is from, as far as signatures, SOA or delegations tell. */
  readonly zone: Name;
  /** The delegation whose server was asked. */
  readonly delegation: Delegation;
}

type Step =
  | { readonly kind: 'answer' | 'error'; readonly found: Found }
  | { readonly kind: 'referral'; readonly delegation: Delegation; readonly ttlSeconds: number }
  | { readonly kind: 'failed'; readonly failed: Failed; readonly childSide: boolean };

type Failed = Seen<never>;

export interface WalkerOptions {
  /** Servers of the root. */
  readonly hints: readonly NameServer[];
  /** Guards and limits what is asked. */
  readonly askServer: AskServer;
  /** Of servers that are found by referral; 53 in life. */
  readonly port: number;
  readonly random: () => number;
  readonly hasIpv6Route: () => Promise<boolean>;
}

export interface Walker {
  readonly begin: (options: ResolveOptions) => Walk;
  /** Walks to the zone of the question and asks there; DS questions go to the parent (RFC 4035 section 3.1.4.1). */
  readonly find: (question: DnsQuestion, walk: Walk) => Promise<Seen<Found>>;
  /** Asks the servers of one zone until one is of use. `referral` passes over those that answer themselves. */
  readonly askZone: (zoneQuestion: ZoneQuestion) => Promise<Step>;
  /** Addresses of a name server by its own zone; both families whatever this machine has a way to. */
  readonly addresses: (host: Name, walk: Walk) => Promise<Seen<readonly string[]>>;
}

interface ZoneQuestion {
  readonly question: DnsQuestion;
  readonly delegation: Delegation;
  readonly walk: Walk;
  readonly wanted: 'any' | 'referral';
}

export function createWalker({ hints, askServer, port, random, hasIpv6Route }: WalkerOptions): Walker {
  const order = createServerOrder({ random });
  const delegations = createTtlCache<Delegation>({ maxWeight: maxDelegations });
  const hostAddresses = createTtlCache<readonly string[]>({ maxWeight: maxHosts });
  const root: Delegation = { zone: Name.root, servers: hints };

  const toServers = (addresses: readonly string[]) => addresses.map((address) => ({ address, port }));

  const knownAddresses = (host: Name) => bothFamilies.flatMap((type) => hostAddresses.get(familyKey(host, type)) ?? []);

  function closest(name: Name, walk: Walk): Delegation {
    if (walk.fresh) return root;
    for (let zone: Name | null = name; zone !== null; zone = zone.parent()) {
      const known = delegations.get(zone.key());
      if (known !== undefined) return known;
    }
    return root;
  }

  async function find(question: DnsQuestion, walk: Walk): Promise<Seen<Found>> {
    const { name, type } = question;
    const above = type === recordTypes.DS ? (name.parent() ?? name) : name;
    let delegation = closest(above, walk);
    let sideTrips = 1;
    for (;;) {
      const step = await askZone({ question, delegation, walk, wanted: 'any' });
      switch (step.kind) {
        case 'answer':
          return { ok: true, facts: step.found };
        case 'referral':
          walk.left.referrals -= 1;
          if (walk.left.referrals < 0) return failed('limit', `more than ${maxReferrals} referrals`);
          delegation = step.delegation;
          delegations.set(delegation.zone.key(), delegation, holdMs(step.ttlSeconds));
          break;
        case 'error':
          // The zone may have moved: the next question asks the parent again.
          delegations.delete(delegation.zone.key());
          return { ok: true, facts: step.found };
        case 'failed': {
          // A server of both the child and a zone further up hides the parent between them.
          const parent = step.childSide && sideTrips > 0 ? await parentBelow(delegation, above, walk) : null;
          sideTrips -= 1;
          if (parent === null) {
            delegations.delete(delegation.zone.key());
            return step.failed;
          }
          delegation = parent;
        }
      }
    }
  }

  /** A delegation for `name` below the one given, found by asking for the name itself. */
  async function parentBelow(above: Delegation, name: Name, walk: Walk): Promise<Delegation | null> {
    const soa = await find({ name, type: recordTypes.SOA }, walk);
    const parent = soa.ok ? soa.facts.delegation : above;
    return parent.zone.labelCount > above.zone.labelCount && name.isSubdomainOf(parent.zone) ? parent : null;
  }

  async function askZone({ question, delegation, walk, wanted }: ZoneQuestion): Promise<Step> {
    const { zone } = delegation;
    const done = new Set<string>();
    const problems: string[] = [];
    const asked = { silent: 0, other: 0 };
    let childSide = false;
    let errorFound: Found | null = null;
    for (let round = 0; round < rounds; round += 1) {
      for await (const server of servers(delegation, { walk, problems })) {
        const key = formatServerAddress(server);
        if (done.has(key)) continue;
        const stop = stopOf(walk);
        if (stop !== null) return { kind: 'failed', failed: stop, childSide: false };
        walk.left.questions -= 1;
        // One dead server must leave time for the next.
        const patienceMs = Math.min(order.patienceMs(server) * 2 ** round, (walk.deadline - performance.now()) * 0.6);
        const { deadline, signal } = walk;
        const reply = await askServer({
          ...{ name: question.name, type: question.type, server, recursionDesired: false, checkingDisabled: false },
          ...{ deadline, patienceMs, signal },
        });
        if (!reply.ok) {
          const { reason, said = reason } = reply.failure;
          problems.push(said);
          asked[reason === 'timeout' ? 'silent' : 'other'] += 1;
          if (reason === 'blocked') done.add(key);
          else if (reason !== 'busy') order.noteSilence(server);
          continue;
        }
        done.add(key);
        asked.other += 1;
        order.noteAnswer(server, reply.facts.durationMs);
        const { message } = reply.facts;
        const reading = readReply(message, { question, zone });
        switch (reading.kind) {
          case 'answer':
            if (wanted === 'referral') problems.push(`${key} answers for the zone itself`);
            else return { kind: 'answer', found: { message, server: key, zone: reading.zone, delegation } };
            break;
          case 'referral': {
            const next = reading.hosts.map(({ host, addresses }) => ({ host, addresses: toServers(addresses) }));
            return {
              kind: 'referral',
              delegation: { zone: reading.zone, servers: next },
              ttlSeconds: reading.ttlSeconds,
            };
          }
          case 'child-side':
            childSide = true;
            problems.push(`${key} answers for the child`);
            break;
          case 'error':
            errorFound ??= { message, server: key, zone, delegation };
            order.noteLame(server, zone);
            problems.push(`${key} said ${reading.why}`);
            break;
          case 'lame':
            order.noteLame(server, zone);
            problems.push(`${key} ${reading.why}`);
        }
      }
    }
    if (errorFound !== null && !childSide) return { kind: 'error', found: errorFound };
    const allSilent = asked.silent > 0 && asked.other === 0;
    const why = [...new Set(problems)].slice(0, 8).join('; ');
    const said = `no server of ${zone.toString()} gave an answer: ${why === '' ? 'none has an address' : why}`;
    return { kind: 'failed', failed: failed(allSilent ? 'timeout' : 'dns', said), childSide };
  }

  /** The servers of a zone in the order to ask them; hosts without glue are looked up when the others are used up. */
  async function* servers(
    delegation: Delegation,
    { walk, problems }: { readonly walk: Walk; readonly problems: string[] },
  ): AsyncGenerator<ServerAddress> {
    const hosts = delegation.servers.map(({ host, addresses }) => ({
      host,
      addresses: addresses.length > 0 ? addresses : toServers(knownAddresses(host)),
    }));
    const known = hosts.flatMap(({ addresses }) => addresses);
    yield* inOrder(await reachable(known), delegation.zone, walk);
    const unknown = hosts.filter(({ addresses }) => addresses.length === 0);
    const shuffled = unknown.map(({ host }) => ({ host, rank: random() })).sort((a, b) => a.rank - b.rank);
    for (const { host } of shuffled.slice(0, maxGluelessHosts)) {
      const found = await resolveHost(host, walk, (await hasIpv6Route()) ? bothFamilies : [recordTypes.A]);
      if (found.ok) yield* inOrder(await reachable(toServers(found.facts)), delegation.zone, walk);
      else problems.push(`${host.toString()}: ${found.failure.said ?? found.failure.reason}`);
    }
  }

  function inOrder(found: readonly ServerAddress[], zone: Name, { avoid }: Walk): readonly ServerAddress[] {
    const sorted = order.sort(found, zone);
    const isAvoided = (server: ServerAddress) => avoid.has(formatServerAddress(server));
    return [...sorted.filter((server) => !isAvoided(server)), ...sorted.filter(isAvoided)];
  }

  /** Without public IPv6 addresses where this machine has no way to them. */
  async function reachable(found: readonly ServerAddress[]): Promise<readonly ServerAddress[]> {
    const unique = [...new Map(found.map((server) => [formatServerAddress(server), server])).values()];
    if (!unique.some(({ address }) => isPublicIpv6(address)) || (await hasIpv6Route())) return unique;
    return unique.filter(({ address }) => !isPublicIpv6(address));
  }

  async function resolveHost(host: Name, walk: Walk, types: readonly number[]): Promise<Seen<readonly string[]>> {
    const found = await Promise.all(types.map((type) => resolveFamily({ name: host, type }, walk)));
    const addresses = found.flatMap((family) => (family.ok ? family.facts : []));
    const failure = found.find((family) => !family.ok);
    if (addresses.length > 0) return { ok: true, facts: addresses };
    return failure ?? failed('no-address', `${host.toString()} has no address`);
  }

  /** Empty where the host has none of this family. */
  async function resolveFamily(question: DnsQuestion, walk: Walk): Promise<Seen<readonly string[]>> {
    const { name: host, type } = question;
    const known = walk.fresh ? undefined : hostAddresses.get(familyKey(host, type));
    if (known !== undefined) return { ok: true, facts: known };
    if (walk.resolving.some((other) => other.equals(host))) {
      return failed('dns', `the address of ${host.toString()} hangs on itself`);
    }
    if (walk.resolving.length >= maxDepth) return failed('limit', 'too many name servers hang on each other');
    const reply = await find(question, { ...walk, resolving: [...walk.resolving, host] });
    if (!reply.ok) return reply;
    const { answer, rcode } = reply.facts.message;
    if (rcode === rcodes.NXDOMAIN) return failed('nxdomain', `${host.toString()} does not exist`);
    if (rcode !== rcodes.NOERROR) return failed('dns', `${reply.facts.server} said ${rcodeName(rcode)}`);
    const addresses = addressesOf(answer, host);
    const ttlSeconds = addresses.length === 0 ? 0 : Math.min(...answer.map((record) => record.ttlSeconds));
    hostAddresses.set(familyKey(host, type), addresses, holdMs(ttlSeconds));
    return { ok: true, facts: addresses };
  }

  return {
    begin: ({ deadline, signal, fresh = false, avoid = new Set() }) => ({
      ...{ deadline, signal, fresh, avoid, resolving: [] },
      left: { questions: maxQuestions, referrals: maxReferrals },
    }),
    find,
    askZone,
    addresses: (host, walk) => resolveHost(host, walk, bothFamilies),
  };
}

function familyKey(host: Name, type: number): string {
  return `${type} ${host.key()}`;
}

const bothFamilies = [recordTypes.A, recordTypes.AAAA];

/** Never zero: a stranger's TTL must not make each question begin at the root. */
function holdMs(ttlSeconds: number): number {
  return Math.min(maxTtlSeconds, Math.max(1, ttlSeconds)) * 1000;
}

function isPublicIpv6(text: string): boolean {
  const address = text.includes(':') ? parseIpAddress(text) : null;
  return address?.ok === true && classifyAddress(address.value) === null;
}

/** Why a walk goes no further. */
function stopOf(walk: Walk): Failed | null {
  if (walk.signal?.aborted === true) return failed('dns', stopped);
  if (performance.now() >= walk.deadline) return failed('timeout', 'no time was left to ask the next server');
  return walk.left.questions > 0 ? null : failed('limit', `more than ${maxQuestions} questions for one answer`);
}

function failed(reason: FailureReason, said: string): Failed & { readonly ok: false } {
  return { ok: false, failure: { stage: 'resolve', reason, said: said.slice(0, 512) } };
}
