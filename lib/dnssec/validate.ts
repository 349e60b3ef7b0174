import type { Message, ResourceRecord } from '../dns/message.ts';
import { Name } from '../dns/name.ts';
import { presentRecord } from '../dns/present.ts';
import { parseSingleName } from '../dns/rdata/single-name.ts';
import { rcodeName, rcodes, recordTypes, typeName } from '../dns/types.ts';
import { showName } from '../dns/show-name.ts';
import type { AliasHop, DenialProof, Dnssec, SignatureResult, Validation } from '../model/dnssec.ts';
import type { ProbeFailure } from '../model/observation.ts';
import type { AlgorithmTable } from './algorithms.ts';
import type { TrustAnchor } from './anchors.ts';
import { createBudget, defaultLimits, type Limits } from './budget.ts';
import { extendedErrorOf } from './explain.ts';
import { judgeAbsence, judgeSet, type AbsenceJudgement, type SetJudgement } from './judge-answer.ts';
import { allRecordSets, findRecordSet, showSet, ttlOf, type RecordSet } from './record-set.ts';
import type { DnsQuestion, DnsReply, Steps } from './steps.ts';
import type { TrustChain, TrustContext, ZoneCache } from './trust.ts';
import { createZoneCache } from './zone-cache.ts';
import {
  askWithin,
  denialLifelines,
  failure,
  indeterminate,
  lifeline,
  readReply,
  type ReadReply,
} from './zone-trust.ts';

/*
 * Validation of one answer (RFC 4033 to 4035, 5155, 6840), as steps without I/O.
 *
 * Known limits: any one valid path is enough, so a zone whose DS names two algorithms need not be signed with both (RFC
 * 6840 section 5.11). Answers to ANY are judged by each record set at the name. A resolver's own policy, such as
 * negative trust anchors, is not modelled.
 */

export interface ValidateOptions {
  readonly anchors: readonly TrustAnchor[];
  readonly algorithms: AlgorithmTable;
  /** Milliseconds since the epoch: signatures are compared with it. */
  readonly now: number;
  /** Shared between validations; without it every chain is built anew. */
  readonly zones?: ZoneCache;
  readonly limits?: Limits;
}

export interface Validated {
  readonly validation: Validation;
  /** The last answer; null where none came. */
  readonly message: Message | null;
  /** Records of the asked type at the end of the alias chain. */
  readonly records: readonly ResourceRecord[];
  /** The CNAME and DNAME records that were followed. */
  readonly aliases: readonly ResourceRecord[];
  /** Why there is neither an answer nor its denial, also where an alias led nowhere; null where there is one. */
  readonly unanswered: ProbeFailure | null;
}

/** Asks a question and decides about the answer. The first step is the question itself. */
export function* validate(question: DnsQuestion, options: ValidateOptions): Steps<Validated> {
  const { anchors, algorithms, now } = options;
  const budget = createBudget(options.limits ?? defaultLimits);
  const context: TrustContext = { anchors, algorithms, now, budget, zones: options.zones ?? createZoneCache() };
  const log = createLog(question, context);
  let current = question.name;
  let reply = log.read(yield* askWithin(question, context));
  const visited = new Set([current.key()]);
  for (let aliases = 0; ; aliases += 1) {
    if (!reply.ok) return log.end(reply.result, null);
    const { message, server } = reply;
    if (question.type === recordTypes.RRSIG) return log.end(indeterminate('not-validated'), null);
    const sets = findAnswers(current, question.type, { message, server });
    const alias = findAlias(current, { message, server });
    // A CNAME made from a DNAME is not signed (RFC 6672 section 5.3.1): the DNAME vouches for it.
    const made = question.type === recordTypes.CNAME && alias?.kind === 'dname' ? sets : [];
    if (sets.length > made.length) {
      for (const set of sets) log.answer(set, yield* judgeSet(set, { message, context }));
      return log.finish();
    }
    if (alias === null)
      return log.absence(yield* judgeAbsence({ ...question, name: current }, { message, server, context }));
    if (aliases >= budget.limits.aliases) return log.end(indeterminate('limit-aliases'), null);
    const judgement = yield* judgeSet(alias.set, { message, context });
    // RFC 6672 section 3.3 discourages it: what is below such a name depends on what was asked before.
    if (alias.kind === 'dname' && judgement.wildcard !== null) {
      return log.end(failure(showSet(alias.set), 'dname-mismatch'), judgement.chain);
    }
    const target = readTarget(current, alias, { message, server });
    if (target.ok) log.hop({ alias, from: current, to: target.name, judgement });
    if (judgement.result.state === 'indeterminate') return log.end(judgement.result, judgement.chain);
    if (!target.ok) return log.end(failure(showSet(alias.set), target.reason), judgement.chain);
    if (made.length > 0) {
      for (const set of made) log.answer(set, judgement);
      return log.finish();
    }
    current = target.name;
    if (visited.has(current.key())) return log.end(indeterminate('alias-loop'), judgement.chain);
    visited.add(current.key());
    if (!answersFor(current, question.type, { message, server })) {
      reply = log.read(yield* askWithin({ name: current, type: question.type }, context));
    }
  }
}

interface Reply {
  readonly message: Message;
  readonly server: string | null;
}

const typeAny = 255;

/** The record set that answers; for ANY, all that are there (RFC 4035 section 3.2.1). Signatures have none themselves. */
function findAnswers(owner: Name, type: number, { message, server }: Reply): readonly RecordSet[] {
  if (type === typeAny) {
    return allRecordSets(
      message.answer.filter((record) => record.name.equals(owner)),
      server,
    );
  }
  const set = findRecordSet(message.answer, { owner, type, server });
  return set === null ? [] : [set];
}

interface Alias {
  readonly kind: AliasHop['kind'];
  readonly set: RecordSet;
}

/** The DNAME above a name goes before a CNAME at it, which is then made from the DNAME and not signed (RFC 6672 section 5.3.1). */
function findAlias(name: Name, { message, server }: Reply): Alias | null {
  const cname = findRecordSet(message.answer, { owner: name, type: recordTypes.CNAME, server });
  if (cname === null || cname.signatures.length === 0) {
    for (let labels = name.labelCount - 1; labels >= 0; labels -= 1) {
      const owner = name.ancestor(labels);
      const dname = findRecordSet(message.answer, { owner, type: recordTypes.DNAME, server });
      if (dname !== null) return { kind: 'dname', set: dname };
    }
  }
  return cname === null ? null : { kind: 'cname', set: cname };
}

type Target =
  | { readonly ok: true; readonly name: Name }
  | { readonly ok: false; readonly reason: 'record-malformed' | 'dname-mismatch' };

function readTarget(name: Name, { kind, set }: Alias, reply: Reply): Target {
  const [first] = set.records;
  const parsed = first === undefined ? null : parseSingleName(first.rdata);
  if (parsed?.ok !== true) return { ok: false, reason: 'record-malformed' };
  if (kind === 'cname') return { ok: true, name: parsed.value };
  const kept = name.labels().slice(0, name.labelCount - set.owner.labelCount);
  const made = Name.fromLabels([...kept, ...parsed.value.labels()]);
  if (!made.ok) return { ok: false, reason: 'record-malformed' };
  const cname = findRecordSet(reply.message.answer, { owner: name, type: recordTypes.CNAME, server: reply.server });
  const [record] = cname?.records ?? [];
  const said = record === undefined ? null : parseSingleName(record.rdata);
  if (said !== null && !(said.ok && said.value.equals(made.value))) return { ok: false, reason: 'dname-mismatch' };
  return { ok: true, name: made.value };
}

/** Whether a message says something about a name that an alias led to: records, a further alias, or an absence. */
function answersFor(name: Name, type: number, reply: Reply): boolean {
  if (findAnswers(name, type, reply).length > 0 || findAlias(name, reply) !== null) return true;
  const soa = reply.message.authority.find((record) => record.type === recordTypes.SOA);
  return soa !== undefined && name.isSubdomainOf(soa.name);
}

const badness: Readonly<Record<Dnssec['state'], number>> = { secure: 0, insecure: 1, indeterminate: 2, bogus: 3 };

/** Collects what a validation meets, and makes its result. */
function createLog(question: DnsQuestion, context: TrustContext) {
  const hops: AliasHop[] = [];
  const aliases: ResourceRecord[] = [];
  const chains: TrustChain[] = [];
  const lifelines: SignatureResult[] = [];
  const sets: RecordSet[] = [];
  const ttls: number[] = [];
  const signatures: SignatureResult[] = [];
  let last: { readonly wildcard: Name | null; readonly denial: DenialProof | null; readonly zone: Name | null } | null =
    null;
  let worst: Dnssec | null = null;
  let message: Message | null = null;
  let server: string | null = null;
  let unanswered: ProbeFailure | null = null;

  const take = (result: Dnssec, chain: TrustChain | null, used: readonly SignatureResult[]): void => {
    if (worst === null || badness[result.state] > badness[worst.state]) worst = result;
    if (chain !== null) chains.push(chain);
    lifelines.push(...used);
  };
  const finish = (): Validated => {
    const all = [...lifelines, ...chains.flatMap((chain) => chain.lifelines)];
    const [earliest] = all.toSorted((a, b) => a.expiration - b.expiration);
    const result = worst ?? indeterminate('no-answer');
    const anchor = chains[0]?.anchor ?? null;
    const records = sets.flatMap((set) => set.records);
    const validation: Validation = {
      name: showName(question.name),
      type: typeName(question.type),
      rcode:
        message === null
          ? null
          : provenRcode(message, {
              answered: sets.length > 0,
              denial: result.state === 'secure' ? (last?.denial ?? null) : null,
            }),
      result: result.state === 'secure' ? { state: 'secure', expiresAt: earliest?.expiration ?? null } : result,
      extendedError: result.state === 'secure' ? null : extendedErrorOf(result.reason),
      anchor: anchor === null ? null : showAnchor(anchor),
      links: [...new Map(chains.flatMap(({ links }) => links).map((link) => [link.zone, link])).values()],
      hops,
      records: records.map(presentRecord),
      ttlSeconds: ttls.length === 0 ? null : Math.min(...ttls),
      signatures,
      wildcard: last === null || last.wildcard === null ? null : showName(last.wildcard),
      denial: last?.denial ?? null,
      zone: last === null || last.zone === null ? null : showName(last.zone),
      earliestExpiry: earliest ?? null,
      spent: context.budget.spent(),
      server,
      now: context.now,
    };
    return { validation, message, records, aliases, unanswered };
  };
  return {
    finish,
    read: (reply: DnsReply | null): ReadReply => {
      if (reply?.ok === true) ({ message, server } = reply.facts);
      else if (reply !== null) unanswered = reply.failure;
      return readReply(reply);
    },
    hop: (of: {
      readonly alias: Alias;
      readonly from: Name;
      readonly to: Name;
      readonly judgement: SetJudgement;
    }): void => {
      const { result, chain, signatures: used } = of.judgement;
      take(result, chain, lifeline(used));
      aliases.push(...of.alias.set.records);
      hops.push({ kind: of.alias.kind, from: showName(of.from), to: showName(of.to), state: result, signatures: used });
    },
    end: (result: Exclude<Dnssec, { state: 'secure' }>, chain: TrustChain | null): Validated => {
      take(result, chain, []);
      const said = result.state === 'insecure' ? result.reason : result.why;
      unanswered ??= { stage: 'resolve', reason: 'dns', said };
      return finish();
    },
    answer: (set: RecordSet, judgement: SetJudgement): void => {
      const { result, chain, denial } = judgement;
      take(result, chain, [...lifeline(judgement.signatures), ...denialLifelines(denial)]);
      sets.push(set);
      // RFC 4035 section 5.3.3: nothing is kept for longer than its signature is valid.
      const left = lifeline(judgement.signatures).map(({ expiration }) =>
        Math.floor((expiration - context.now) / 1000),
      );
      ttls.push(Math.min(ttlOf(set), ...left));
      signatures.push(...judgement.signatures);
      last = judgement;
    },
    absence: ({ result, chain, denial, zone, signatures: used }: AbsenceJudgement): Validated => {
      take(result, chain, [...lifeline(used), ...denialLifelines(denial)]);
      signatures.push(...used, ...(denial?.signatures ?? []));
      last = { wildcard: null, denial, zone };
      return finish();
    },
  };
}

/** The response code is not signed: where there is an answer, or a proof that the name exists, it does. */
function provenRcode(
  { rcode }: Message,
  { answered, denial }: { readonly answered: boolean; readonly denial: DenialProof | null },
): string {
  const exists = answered || denial?.kind === 'nodata' || denial?.kind === 'wildcard-nodata';
  return rcodeName(exists && rcode === rcodes.NXDOMAIN ? rcodes.NOERROR : rcode);
}

function showAnchor({ zone, source, ds, keys }: TrustAnchor): Validation['anchor'] {
  return { zone: showName(zone), source, keyTags: [...ds, ...keys].map(({ keyTag }) => keyTag) };
}
