import { Name } from '#lib/dns/name.ts';
import { sections, type Message, type ResourceRecord, type Section } from '#lib/dns/message.ts';
import { parseSingleName } from '#lib/dns/rdata/single-name.ts';
import { rcodes, recordTypes } from '#lib/dns/types.ts';
import type { DnsQuestion, DnsReply } from '#lib/dnssec/steps.ts';
import { coveredType, createRecordCache, isOfType, readAddress, type RecordCache } from './record-cache.ts';
import type { RecordedServers } from './recorded-servers.ts';
import { typeMnemonic } from './record-types.ts';
import type { ScenarioConfig } from './scenario.ts';

/*
 * What a resolver between the validator and the recorded servers does: it asks whom the configuration names, walks
 * referrals, remembers delegations and answers, and looks at no signature.
 */

/** Answers questions as of one step. */
export type Resolve = (question: DnsQuestion, step: number) => DnsReply;

/** Deeper than any honest chain of delegations with names of servers in between. */
const maxDepth = 8;
const maxReferrals = 24;

interface Delegation {
  readonly zone: Name;
  readonly hosts: readonly Name[];
  readonly addresses: readonly string[];
}

export function createResolve(config: ScenarioConfig, servers: RecordedServers): Resolve {
  const answers = new Map<string, DnsReply>();
  const cache = createRecordCache();
  const walk = createWalk(config, servers, cache);
  return (question, step) => {
    const key = `${question.type} ${question.name.key()}`;
    const reply = config.servers.length === 0 ? fromOne(servers, question, step) : walk.ask(question, step);
    if (reply.ok) {
      answers.set(key, reply);
      return reply;
    }
    // What an earlier step brought is still in the cache of a resolver.
    const cached = answers.get(key) ?? walk.fromReferral(question) ?? fromCache(cache, question);
    return cached ?? reply;
  };
}

function fromOne(servers: RecordedServers, question: DnsQuestion, step: number): DnsReply {
  const message = servers.askAny({ step, question });
  return message === null ? silence(question) : seen(message, 'recorded');
}

function fromCache(cache: RecordCache, question: DnsQuestion): DnsReply | null {
  const message = cache.answer(question);
  return message === null ? null : seen(message, 'cache');
}

function createWalk(config: ScenarioConfig, servers: RecordedServers, cache: RecordCache) {
  const delegations = new Map<string, Delegation>();
  const referrals = new Map<string, Message>();
  for (const { kind, zone, addresses } of config.servers) {
    if (kind === 'stub') delegations.set(zone.key(), { zone, hosts: [], addresses });
  }

  const walk = (question: DnsQuestion, step: number, depth: number): DnsReply => {
    const forwarder = findForwarder(config, question.name);
    if (forwarder !== undefined) {
      return askInTurn(forwarder.addresses, question, step, Name.root).reply;
    }
    let delegation = closest(delegations, question);
    for (let count = 0; delegation !== null && count < maxReferrals; count += 1) {
      const { zone } = delegation;
      const { reply, referral } = askInTurn(addressesOf(delegation, step, depth), question, step, zone);
      if (referral === null) return reply;
      const next = readReferral(referral, question, zone);
      if (next === null) return reply;
      referrals.set(next.zone.key(), referral);
      delegations.set(next.zone.key(), next);
      if (isDs(question) && next.zone.equals(question.name)) return dsOfReferral(referral, question);
      delegation = next;
    }
    return silence(question);
  };

  /** The first useful answer; else the first referral; else the last useless answer. */
  const askInTurn = (addresses: readonly string[], question: DnsQuestion, step: number, zone: Name) => {
    let useless = silence(question);
    let referral: Message | null = null;
    for (const address of addresses.filter((one) => (one.includes(':') ? config.usesIpv6 : config.usesIpv4))) {
      const message = servers.ask({ address, step, question });
      if (message === null) continue;
      const own = withinZones(message, [zone, ...zonesAt(address)]);
      cache.remember(own);
      if (message.rcode !== rcodes.NOERROR && message.rcode !== rcodes.NXDOMAIN) {
        useless = seen(message, address);
      } else if (isReferral(message, question, zone)) {
        referral ??= message;
      } else if (isUpward(message, zone)) {
        continue;
      } else {
        const found: { reply: DnsReply; referral: null } = { reply: seen(own, address), referral: null }; // prettier-ignore
        return found;
      }
    }
    return { reply: useless, referral };
  };

  /** Zones that were delegated to a server at this address. */
  const zonesAt = (address: string): readonly Name[] =>
    [...delegations.values()]
      .filter(({ hosts, addresses }) => [...addresses, ...hosts.flatMap(cache.addresses)].includes(address))
      .map(({ zone }) => zone);

  const addressesOf = (delegation: Delegation, step: number, depth: number): readonly string[] => {
    if (delegation.addresses.length > 0 || depth >= maxDepth) return delegation.addresses;
    return delegation.hosts.flatMap((name) => {
      const known = cache.addresses(name);
      if (known.length > 0) return known;
      return [recordTypes.A, recordTypes.AAAA].flatMap((type) => {
        const reply = walk({ name, type }, step, depth + 1);
        return reply.ok ? reply.facts.message.answer.flatMap(readAddress) : [];
      });
    });
  };

  /** RFC 4035 section 3.1.4.1: what a referral says about DS is the parent's answer to the question for it. */
  const dsOfReferral = (referral: Message, question: DnsQuestion): DnsReply => {
    const own = referral.authority.filter((record) => record.name.equals(question.name));
    const answer = own.filter((record) => isOfType(record, recordTypes.DS));
    const denial = referral.authority.filter(
      (record) => isOfType(record, recordTypes.NSEC) || isOfType(record, recordTypes.NSEC3),
    );
    return seen({ ...referral, answer, authority: answer.length > 0 ? [] : denial, additional: [] }, 'referral');
  };

  return {
    ask: (question: DnsQuestion, step: number): DnsReply => walk(question, step, 0),
    fromReferral: (question: DnsQuestion): DnsReply | null => {
      const referral = isDs(question) ? referrals.get(question.name.key()) : undefined;
      return referral === undefined ? null : dsOfReferral(referral, question);
    },
  };
}

function findForwarder({ servers }: ScenarioConfig, name: Name) {
  const enclosing = servers.filter(({ zone }) => name.isSubdomainOf(zone));
  const deepest = enclosing.reduce<(typeof enclosing)[number] | undefined>(
    (best, one) => (best === undefined || one.zone.labelCount > best.zone.labelCount ? one : best),
    undefined,
  );
  return deepest?.kind === 'forward' ? deepest : undefined;
}

/** The deepest zone known to hold the name; DS records are the parent's (RFC 4035 section 2.4). */
function closest(delegations: ReadonlyMap<string, Delegation>, question: DnsQuestion): Delegation | null {
  let name = isDs(question) ? question.name.parent() : question.name;
  for (; name !== null; name = name.parent()) {
    const found = delegations.get(name.key());
    if (found !== undefined) return found;
  }
  return delegations.get(Name.root.key()) ?? null;
}

function isDs({ type }: DnsQuestion): boolean {
  return type === recordTypes.DS;
}

function nsRecords(message: Message): readonly ResourceRecord[] {
  return message.authority.filter(({ type }) => type === recordTypes.NS);
}

/** Servers of a zone below the one that was asked, and no answer. */
function isReferral(message: Message, question: DnsQuestion, zone: Name): boolean {
  if (message.rcode !== rcodes.NOERROR || message.answer.length > 0) return false;
  if (message.authority.some(({ type }) => type === recordTypes.SOA)) return false;
  return nsRecords(message).some(
    ({ name }) => question.name.isSubdomainOf(name) && name.isSubdomainOf(zone) && !name.equals(zone),
  );
}

/** A lame server: nothing but the servers of a zone further up. */
function isUpward(message: Message, zone: Name): boolean {
  const records = nsRecords(message);
  return (
    message.answer.length === 0 &&
    records.length > 0 &&
    !message.authority.some(({ type }) => type === recordTypes.SOA) &&
    records.every(({ name }) => zone.isSubdomainOf(name) && !zone.equals(name))
  );
}

function readReferral(message: Message, question: DnsQuestion, zone: Name): Delegation | null {
  const records = nsRecords(message).filter(
    ({ name }) => question.name.isSubdomainOf(name) && name.isSubdomainOf(zone),
  );
  const cut = records[0]?.name;
  if (cut === undefined) return null;
  const hosts = records.flatMap(({ rdata }) => {
    const host = parseSingleName(rdata);
    return host.ok ? [host.value] : [];
  });
  const glue = message.additional.filter((record) => hosts.some((host) => host.equals(record.name)));
  return { zone: cut, hosts, addresses: glue.flatMap(readAddress) };
}

/** A server speaks for its zones only (RFC 5452 section 6). A signature that stands apart from its set is moved to it. */
function withinZones(message: Message, zones: readonly Name[]): Message {
  const own = sections.flatMap((section) =>
    message[section]
      .filter(({ name }) => zones.some((zone) => name.isSubdomainOf(zone)))
      .map((record) => ({ section, record })),
  );
  const placed = own.map(({ section, record }) => {
    const covered = coveredType(record);
    const set = own.find(({ record: other }) => other.type === covered && other.name.equals(record.name));
    return { section: set?.section ?? section, record };
  });
  const of = (section: Section) => placed.filter((one) => one.section === section).map(({ record }) => record);
  return { ...message, answer: of('answer'), authority: of('authority'), additional: of('additional') };
}

function silence({ name, type }: DnsQuestion): DnsReply {
  const said = `no recorded server answers ${name.toString()} ${typeMnemonic(type)}`;
  return { ok: false, failure: { stage: 'resolve', reason: 'timeout', said } };
}

function seen(message: Message, server: string): DnsReply {
  return { ok: true, facts: { message, server } };
}
