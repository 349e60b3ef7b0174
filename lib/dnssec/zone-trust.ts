import type { Message } from '../dns/message.ts';
import type { Name } from '../dns/name.ts';
import { parseDnskey, type Dnskey } from '../dns/rdata/dnskey.ts';
import { parseDs, type Ds } from '../dns/rdata/ds.ts';
import { rcodeName, rcodes, recordTypes } from '../dns/types.ts';
import { showName } from '../dns/show-name.ts';
import type { DenialProof, Dnssec, DnssecReason, SignatureResult, ZoneLink } from '../model/dnssec.ts';
import type { TrustAnchor } from './anchors.ts';
import { collectDenial, findCut } from './denial.ts';
import { isSupportedDigest, sha1Digest } from './digests.ts';
import { explainReason } from './explain.ts';
import { anchorLink, keyLink, unsignedLink } from './links.ts';
import { findRecordSet, showSet, ttlOf, type RecordSet } from './record-set.ts';
import type { DnsQuestion, DnsReply, Steps } from './steps.ts';
import { matchAnchors } from './match-anchors.ts';
import { isRevoked, uncheckedSignatures, verifyRecordSet, type VerifyContext } from './verify.ts';
import type { TrustChain, TrustContext, ZoneTrust } from './trust.ts';

/** Asks one question within the budget; null when there is no budget left. */
export function* askWithin(question: DnsQuestion, { budget }: VerifyContext): Steps<DnsReply | null> {
  return budget.take('questions') ? yield question : null;
}

/**
 * Walks from the closest trust anchor down to the zone that holds `target` (RFC 4035 section 5), looking for a zone cut
 * at every label. Ends early where signing ends.
 */
export function* trustOf(target: Name, context: TrustContext): Steps<ZoneTrust> {
  const anchor = closestAnchor(target, context.anchors);
  if (anchor === null) return noAnchor(target);
  let trust =
    knownTrust(target, { anchor, context }) ?? remember(anchor.zone, yield* trustAnchor(anchor, context), context);
  for (let labels = startLabels(trust, anchor) + 1; labels <= target.labelCount; labels += 1) {
    if (trust.kind !== 'secure') return trust;
    const step: Step = yield* lookForCut(target.ancestor(labels), { parent: trust, context });
    if (step.kind === 'no-cut') {
      if (!step.below) return trust;
      continue;
    }
    trust = remember(target.ancestor(labels), step.trust, context);
  }
  return trust;
}

type Secure = Extract<ZoneTrust, { kind: 'secure' }>;
type Step = { readonly kind: 'no-cut'; readonly below: boolean } | { readonly kind: 'cut'; readonly trust: ZoneTrust };

function startLabels(trust: ZoneTrust, { zone }: TrustAnchor): number {
  return trust.kind === 'secure' ? trust.zone.labelCount : zone.labelCount;
}

function closestAnchor(target: Name, anchors: readonly TrustAnchor[]): TrustAnchor | null {
  const above = anchors.filter(({ zone }) => target.isSubdomainOf(zone));
  return above.toSorted((a, b) => b.zone.labelCount - a.zone.labelCount)[0] ?? null;
}

function knownTrust(
  target: Name,
  { anchor, context }: { readonly anchor: TrustAnchor; readonly context: TrustContext },
): ZoneTrust | null {
  for (let labels = target.labelCount; labels >= anchor.zone.labelCount; labels -= 1) {
    const known = context.zones.get(target.ancestor(labels), context.now);
    if (known !== null) return known;
  }
  return null;
}

/** Trouble is forgotten soon, what we could not see at once. */
function remember(zone: Name, trust: ZoneTrust, { zones }: TrustContext): ZoneTrust {
  if (trust.kind === 'secure' || trust.result.state === 'insecure') zones.set(zone, trust);
  return trust;
}

function* trustAnchor(anchor: TrustAnchor, context: TrustContext): Steps<ZoneTrust> {
  const { zone } = anchor;
  const above: TrustChain = { anchor, links: [], lifelines: [], validUntil: Number.MAX_SAFE_INTEGER };
  const ds = supportedDs(anchor.ds, context);
  const keys = anchor.keys.filter(({ algorithm }) => context.algorithms.has(algorithm));
  if (ds.length === 0 && keys.length === 0) {
    const result = insecure(zone, 'unsupported-algorithm');
    return { kind: 'unproven', result, zone, chain: { ...above, links: [anchorLink(anchor, result)] } };
  }
  const reply = yield* askWithin({ name: zone, type: recordTypes.DNSKEY }, context);
  return trustKeys({ zone, above, ds: anchor.ds, usable: ds, anchorKeys: keys, dsSet: null }, { reply, context });
}

/** Asks the parent's side whether a zone begins at `name`. */
function* lookForCut(
  name: Name,
  { parent, context }: { readonly parent: Secure; readonly context: TrustContext },
): Steps<Step> {
  const at = `${showName(name)} DS`;
  const failed = (result: Failed, link: ZoneLink | null = null, above = parent.chain): Step => {
    const links = link === null ? above.links : [...above.links, link];
    const zone = link === null ? parent.zone : name;
    return { kind: 'cut', trust: { kind: 'unproven', result, zone, chain: { ...above, links } } };
  };
  const reply = yield* askWithin({ name, type: recordTypes.DS }, context);
  const seen = readReply(reply);
  if (!seen.ok) return failed(seen.result);
  const { message, server } = seen;
  const unsigned = (reason: DnssecReason, denial: DenialProof): Step => {
    const result = insecure(name, reason);
    const lifelines = denialLifelines(denial);
    const ttlSeconds = Math.min(
      ...message.authority.map((record) => record.ttlSeconds),
      ...lifelines.map((signature) => signature.originalTtlSeconds),
    );
    const chain = extend(parent.chain, { ttlSeconds, lifelines, context });
    return failed(result, unsignedLink(name, { result, ds: null, dsSignatures: [], denial }), chain);
  };
  const by = { zone: parent.zone, keys: parent.keys, server, context };
  const set = findRecordSet(message.answer, { owner: name, type: recordTypes.DS, server });
  if (set !== null) {
    const verdict = verifyRecordSet(set, by);
    if (!verdict.ok || verdict.wildcardLabels !== null) {
      const reason = verdict.ok ? 'signature-labels' : verdict.reason;
      const result = failure(at, reason);
      return failed(result, unsignedLink(name, { result, ds: set, dsSignatures: verdict.signatures, denial: null }));
    }
    return {
      kind: 'cut',
      trust: yield* trustDelegation(name, { set, signatures: verdict.signatures, parent, context }),
    };
  }
  const alias = aliasAt(name, { message, server });
  if (alias !== null) {
    const verdict = verifyRecordSet(alias, by);
    // No name with an alias is a zone, and nothing is below a DNAME; below a CNAME there may be a zone.
    if (verdict.ok) return { kind: 'no-cut', below: alias.type === recordTypes.CNAME };
    return failed(failure(showSet(alias), verdict.reason));
  }
  const records = collectDenial(message, by);
  const finding = findCut(name, records);
  switch (finding.kind) {
    case 'no-cut':
      return { kind: 'no-cut', below: finding.below };
    case 'unsigned':
      return unsigned('no-ds', finding.proof);
    case 'insecure':
      return unsigned(finding.reason, finding.proof);
    case 'limit':
      return failed(indeterminate('limit-hashes'));
    case 'wrong':
      return failed(failure(at, 'denial-wrong'));
    case 'missing':
      return failed(failure(at, records.rejected ?? 'denial-missing'));
  }
}

/** The alias that answers for a name: its CNAME, or the DNAME of an ancestor. */
function aliasAt(
  name: Name,
  { message, server }: { readonly message: Message; readonly server: string },
): RecordSet | null {
  for (let labels = name.labelCount - 1; labels >= 0; labels -= 1) {
    const dname = findRecordSet(message.answer, { owner: name.ancestor(labels), type: recordTypes.DNAME, server });
    if (dname !== null) return dname;
  }
  return findRecordSet(message.answer, { owner: name, type: recordTypes.CNAME, server });
}

function* trustDelegation(
  zone: Name,
  from: {
    readonly set: RecordSet;
    readonly signatures: readonly SignatureResult[];
    readonly parent: Secure;
    readonly context: TrustContext;
  },
): Steps<ZoneTrust> {
  const { set, signatures, parent, context } = from;
  const ds = set.records.flatMap((record) => {
    const parsed = parseDs(record.rdata);
    return parsed.ok ? [parsed.value] : [];
  });
  const usable = supportedDs(ds, context);
  const chain = extend(parent.chain, { ttlSeconds: ttlOf(set), lifelines: lifeline(signatures), context });
  if (usable.length === 0) {
    const reason = ds.some(({ algorithm }) => context.algorithms.has(algorithm))
      ? 'unsupported-digest'
      : 'unsupported-algorithm';
    const result = insecure(zone, reason);
    const link = unsignedLink(zone, { result, ds: set, dsSignatures: signatures, denial: null });
    return { kind: 'unproven', result, zone, chain: { ...chain, links: [...chain.links, link] } };
  }
  const reply = yield* askWithin({ name: zone, type: recordTypes.DNSKEY }, context);
  return trustKeys({ zone, above: chain, ds, usable, anchorKeys: [], dsSet: { set, signatures } }, { reply, context });
}

/** RFC 4035 section 5.2, RFC 4509 section 3: those we can use; none of them is a zone that is not signed for us. */
function supportedDs(ds: readonly Ds[], { algorithms }: VerifyContext): readonly Ds[] {
  const known = ds.filter(({ algorithm, digestType }) => algorithms.has(algorithm) && isSupportedDigest(digestType));
  const strong = known.filter(({ digestType }) => digestType !== sha1Digest);
  return strong.length > 0 ? strong : known;
}

interface KeyAnchors {
  readonly zone: Name;
  readonly above: TrustChain;
  readonly ds: readonly Ds[];
  readonly usable: readonly Ds[];
  readonly anchorKeys: readonly Dnskey[];
  readonly dsSet: { readonly set: RecordSet; readonly signatures: readonly SignatureResult[] } | null;
}

/** The keys of a zone: the DNSKEY set, signed by a key that a DS record or the trust anchor names (RFC 4035 section 5.2). */
function trustKeys(
  anchors: KeyAnchors,
  { reply, context }: { readonly reply: DnsReply | null; readonly context: TrustContext },
): ZoneTrust {
  const { zone, above } = anchors;
  const at = `${showName(zone)} DNSKEY`;
  const seen = readReply(reply);
  if (!seen.ok) return { kind: 'unproven', result: seen.result, zone, chain: above };
  const { message, server } = seen;
  const set = findRecordSet(message.answer, { owner: zone, type: recordTypes.DNSKEY, server });
  const keys = (set?.records ?? []).flatMap((record) => {
    const parsed = parseDnskey(record.rdata);
    return parsed.ok ? [parsed.value] : [];
  });
  const matched = matchAnchors({ ...anchors, keys });
  const unproven = (reason: DnssecReason, signatures: readonly SignatureResult[]): ZoneTrust => {
    const result = failure(at, reason);
    const link = keyLink({ ...anchors, matched, keys, set, signatures, result });
    return { kind: 'unproven', result, zone, chain: { ...above, links: [...above.links, link] } };
  };
  if (set === null || keys.length === 0) return unproven('dnskey-missing', []);
  if (matched.keys.length === 0) {
    const { unfit } = matched;
    const reason = unfit.some(isRevoked) ? 'key-revoked' : unfit.length > 0 ? 'key-not-for-zones' : 'ds-mismatch';
    return unproven(reason, uncheckedSignatures(set, { now: context.now, status: 'key-missing' }));
  }
  const verdict = verifyRecordSet(set, { zone, keys: matched.keys, context });
  if (!verdict.ok) return unproven(verdict.reason, verdict.signatures);
  const signatures = completeSignatures(verdict.signatures, { set, zone, keys, context });
  const chain = extend(above, { ttlSeconds: ttlOf(set), lifelines: lifeline(signatures), context });
  const result: Dnssec = {
    state: 'secure',
    expiresAt: Math.min(...chain.lifelines.map(({ expiration }) => expiration)),
  };
  const link = keyLink({ ...anchors, matched, keys, set, signatures, result });
  return { kind: 'secure', zone, keys, chain: { ...chain, links: [...chain.links, link] } };
}

/** The chain with one more record set that it hangs on. */
function extend(
  { validUntil, ...chain }: TrustChain,
  by: {
    readonly ttlSeconds: number;
    readonly lifelines: readonly SignatureResult[];
    readonly context: VerifyContext;
  },
): TrustChain {
  const expirations = by.lifelines.map(({ expiration }) => expiration);
  return {
    ...chain,
    lifelines: [...chain.lifelines, ...by.lifelines],
    validUntil: Math.min(validUntil, by.context.now + by.ttlSeconds * 1000, ...expirations),
  };
}

/** Signatures by keys that no DS names are of no use for trust, but a person wants to know what became of them. */
function completeSignatures(
  signatures: readonly SignatureResult[],
  by: {
    readonly set: RecordSet;
    readonly zone: Name;
    readonly keys: readonly Dnskey[];
    readonly context: VerifyContext;
  },
): readonly SignatureResult[] {
  if (signatures.every(({ status }) => status !== 'key-missing')) return signatures;
  const all = verifyRecordSet(by.set, by).signatures;
  return signatures.map((signature, index) =>
    signature.status === 'key-missing' ? (all[index] ?? signature) : signature,
  );
}

/** The signature that keeps a record set valid longest. */
export function lifeline(signatures: readonly SignatureResult[]): readonly SignatureResult[] {
  const valid = signatures.filter(({ status }) => status === 'valid');
  const [last] = valid.toSorted((a, b) => b.expiration - a.expiration);
  return last === undefined ? [] : [last];
}

/** The lifeline of every record set of a proof. */
export function denialLifelines(denial: DenialProof | null): readonly SignatureResult[] {
  const sets = new Map<string, SignatureResult[]>();
  for (const signature of denial?.signatures ?? []) {
    const id = `${signature.type} ${signature.owner}`;
    sets.set(id, [...(sets.get(id) ?? []), signature]);
  }
  return [...sets.values()].flatMap(lifeline);
}

type Failed = Exclude<Dnssec, { state: 'secure' }>;

export type ReadReply =
  | { readonly ok: true; readonly message: Message; readonly server: string }
  | { readonly ok: false; readonly result: Failed };

/** A reply that can be read: NOERROR or NXDOMAIN. Null is a question that was not asked any more. */
export function readReply(reply: DnsReply | null): ReadReply {
  if (reply === null) return { ok: false, result: indeterminate('limit-questions') };
  if (!reply.ok) {
    const { reason, said } = reply.failure;
    return { ok: false, result: { state: 'indeterminate', reason: 'no-answer', why: said ?? reason } };
  }
  const { message, server } = reply.facts;
  if (message.rcode === rcodes.NOERROR || message.rcode === rcodes.NXDOMAIN) return { ok: true, message, server };
  const why = `${server} said ${rcodeName(message.rcode)}`;
  return { ok: false, result: { state: 'indeterminate', reason: 'server-error', why } };
}

/** A failure as a result: a limit of ours is no fault of the zone. */
export function failure(at: string, reason: DnssecReason): Failed {
  if (reason.startsWith('limit-')) return indeterminate(reason);
  return { state: 'bogus', at, reason, why: explainReason(reason) };
}

export function indeterminate(reason: DnssecReason): Failed {
  return { state: 'indeterminate', reason, why: explainReason(reason) };
}

export function insecure(zone: Name, reason: DnssecReason): Failed {
  return { state: 'insecure', provenAt: showName(zone), reason };
}

function noAnchor(target: Name): ZoneTrust {
  const why = `no trust anchor is above ${showName(target)}`;
  return {
    kind: 'unproven',
    result: { state: 'indeterminate', reason: 'no-trust-anchor', why },
    zone: null,
    chain: { anchor: null, links: [], lifelines: [], validUntil: 0 },
  };
}
