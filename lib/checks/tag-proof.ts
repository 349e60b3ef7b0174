import { readAllAdvertisedTags } from '../deep/advertised-tags.ts';
import { proveTags, type Proof, type TagProof } from '../deep/prove.ts';
import { provableTags, type ProvableTag } from '../deep/tags.ts';
import type { Params, Verdict } from '../model/finding.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, FindingDefinition, JudgeContext } from './check.ts';
import { decideByPack, judgeSeenAddresses, notApplicable, passed, undecided, type Decision } from './decision.ts';
import { textParam } from './wording.ts';

/** One code a tag: a name that clients may have latched years ago keeps its incidents. */
const codeOf = {
  tls10: 'tag-tls10-broken',
  tls12: 'tag-tls12-broken',
  'tls-cert': 'tag-tls-cert-broken',
  'tls-dane-tlsa': 'tag-tls-dane-tlsa-broken',
} as const satisfies Readonly<Record<ProvableTag, string>>;
const codes = provableTags.map((tag) => codeOf[tag]);

/** The tag that a code of this check is about; null: the code is not one of them. */
export function tagOfCode(code: string): ProvableTag | null {
  return provableTags.find((tag) => codeOf[tag] === code) ?? null;
}

const latchRefs = ['draft-ietf-uta-email-deep-00 section 11.2', 'draft-ietf-uta-email-deep-00 section 5.1'];

/**
 * Whether every address of a host proves the security tags that the host ever promised: a latch binds the host, so a tag
 * of one service is required of them all (draft section 5.1). What nobody ever promised is not judged.
 */
export const tagProof: EndpointCheck = {
  id: 'tag-proof',
  subject: 'endpoint',
  findings: [
    define('tls10', {
      summary: 'The promise tls10 of a host is not kept at one of its addresses',
      refs: [...latchRefs, 'checklist row 38', 'RFC 7465'],
      expected: 'TLS 1.0 or later with a symmetric key of at least 128 bits',
      fix:
        'Offer TLS 1.2 and 1.3 with current cipher suites at this address: they keep the promise, which says "or ' +
        'later". Look first at what was changed last there, and at proxies and filters in front.',
    }),
    define('tls12', {
      summary: 'The promise tls12 of a host is not kept at one of its addresses',
      refs: [...latchRefs, 'checklist row 39', 'RFC 9325 section 3.1.1'],
      expected: 'TLS 1.2 or later with a symmetric key of at least 128 bits',
      fix:
        'Offer TLS 1.2 and 1.3 with current cipher suites at this address, or take it out of DNS until it has them. ' +
        'Look first at what was changed last there, and at proxies and filters in front.',
    }),
    define('tls-cert', {
      summary: 'The promise tls-cert of a host is not kept at one of its addresses',
      refs: [
        ...latchRefs,
        'draft-ietf-uta-email-deep-00 section 10.6',
        'checklist row 24',
        'checklist row 40',
        'RFC 5280 section 6',
        'RFC 9525 section 6',
      ],
      expected: 'A certificate with a trusted path, within its dates, that names the host',
      fix:
        'Install a valid certificate for this host at this address and reload the server. If it cannot be had within ' +
        'the hour, take the address out of DNS while others are well.',
    }),
    define('tls-dane-tlsa', {
      summary: 'The promise tls-dane-tlsa of a host is not kept at one of its addresses',
      refs: [
        ...latchRefs,
        'draft-ietf-uta-email-deep-00 section 10.4.3',
        'checklist row 20',
        'checklist row 41',
        'RFC 6698 section 2.1',
        'RFC 7671 section 5',
      ],
      expected: 'TLSA records of this port, secured with DNSSEC, that match every certificate of the server',
      fix:
        'Publish TLSA records for the key that the server shows, for each port of the host, and see that the zone is ' +
        'signed and its DS record stands at the parent. If a new key was installed, putting the old one back is ' +
        'faster than waiting for caches.',
    }),
  ],
  judge: (observation, context) => {
    const promises = readPromises(observation, context);
    return judgeSeenAddresses(observation, codes, (session) => {
      const proofs = proveTags({
        observation,
        session,
        scan: context.scan?.addresses.find(({ address }) => address === session.address) ?? null,
        serverName: context.declaration?.serverName ?? null,
        now: context.now,
      });
      const decide = (tag: ProvableTag): Decision => decideTag({ tag, promise: promises.get(tag), proof: proofs[tag] });
      return {
        [codeOf.tls10]: decide('tls10'),
        [codeOf.tls12]: decide('tls12'),
        [codeOf['tls-cert']]: decide('tls-cert'),
        [codeOf['tls-dane-tlsa']]: decide('tls-dane-tlsa'),
      };
    });
  },
};

/** A tag that a client of this endpoint may require. */
interface TagPromise {
  /** Where it stands or stood. */
  readonly from: string;
  /** Milliseconds since the epoch; null: seen for the first time now. */
  readonly since: number | null;
  /** Whether mail clients that latched it come here: between mail servers nobody has latches. */
  readonly binds: boolean;
}

function readPromises(observation: EndpointObservation, context: JudgeContext): ReadonlyMap<string, TagPromise> {
  const { endpoint } = observation;
  const { commitments = [], declaration } = context;
  const own = new Set(readAllAdvertisedTags(observation).flatMap(({ tags }) => tags));
  const isForClients = endpoint.service !== 'smtp' || declaration?.legacySubmission === true;
  const promises = new Map<string, TagPromise>();
  for (const { tag, firstSeen, seenAt } of commitments.toSorted((a, b) => b.firstSeen - a.firstSeen)) {
    const { service, port } = seenAt.endpoint;
    promises.set(tag, { from: `${service} on port ${String(port)}`, since: firstSeen, binds: isForClients });
  }
  for (const tag of own) {
    promises.set(tag, { from: 'this service', since: promises.get(tag)?.since ?? null, binds: true });
  }
  return promises;
}

function decideTag(question: {
  readonly tag: ProvableTag;
  readonly promise: TagPromise | undefined;
  readonly proof: TagProof;
}): Decision {
  const { tag, promise, proof } = question;
  if (promise === undefined) return notApplicable;
  const grade = ({ state }: Proof): Verdict => {
    switch (state) {
      case 'holds':
        return 'pass';
      case 'broken':
        return promise.binds ? 'crit' : 'info';
      case 'unseen':
        return 'inconclusive';
    }
  };
  const packs = { draft: grade(proof.draft), current: grade(proof.current) };
  const params: Params = {
    tag,
    promisedBy: promise.from,
    since: promise.since,
    binds: promise.binds,
    draft: whyOf(proof.draft),
    current: whyOf(proof.current),
  };
  if (packs.draft !== packs.current) return decideByPack(packs, params);
  if (packs.draft === 'pass') return passed;
  return packs.draft === 'inconclusive' ? undecided : { verdict: packs.draft, params };
}

const longestWhy = 400;

function whyOf(proof: Proof): string | null {
  return proof.state === 'broken' ? proof.why.slice(0, longestWhy) : null;
}

function define(
  tag: ProvableTag,
  finding: Pick<FindingDefinition, 'summary' | 'refs'> & { readonly expected: string; readonly fix: string },
): FindingDefinition {
  const { summary, refs, expected, fix } = finding;
  return {
    code: codeOf[tag],
    summary,
    refs,
    confirmations: 1,
    text: (params) => ({
      title: `${textParam(params, 'address', 39)} of ${textParam(params, 'host', 40)}:${textParam(params, 'port')} cannot prove ${tag}`,
      expected,
      got: describeGot(params),
      meaning: describeMeaning(tag, params),
      fix: `${fix} Withdrawing the tag does not help: clients that have it keep it.`,
    }),
  };
}

function describeGot(params: Params): string {
  const draft = typeof params.draft === 'string' ? textParam(params, 'draft', 300) : null;
  const current = typeof params.current === 'string' ? textParam(params, 'current', 300) : null;
  if (draft === current) return draft ?? 'unknown';
  if (current === null) return `By the draft of 2015: ${draft ?? ''}. By the rules of today it holds`;
  return draft === null
    ? `${current}. By the draft of 2015 it holds`
    : `By the draft of 2015: ${draft}. By the rules of today: ${current}`;
}

function describeMeaning(tag: ProvableTag, params: Params): string {
  const promise = `The host promised ${tag} (${textParam(params, 'promisedBy')}), and a latch holds for the whole host.`;
  return params.binds === false
    ? `${promise} Mail clients do not come to this port, so for now nobody is locked out.`
    : `${promise} Mail clients that have latched it stop connecting when they meet this address, and their users ` +
        'cannot click the warning away.';
}
