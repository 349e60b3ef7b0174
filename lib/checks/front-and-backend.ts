import { readAdvertisedTags, readAllAdvertisedTags } from '../deep/advertised-tags.ts';
import { endpointKey } from '../model/endpoint.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { tlsVersions } from '../model/scan-observation.ts';
import { readChain } from '../x509/read-chain.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { readMechanisms } from './mechanisms.ts';
import { standingOf } from './standing.ts';
import { hostParam, listParam, textParam } from './wording.ts';

const codes = ['front-lacks-tag', 'front-tls-weaker', 'front-certificate-differs', 'front-login-differs'] as const;

const refs = [
  'draft-ietf-uta-email-deep-00 section 9.5',
  'draft-ietf-uta-email-deep-00 section 10.8',
  'checklist row 26',
  'checklist row 60',
];

/** What a backend said so long ago proves nothing any more, in milliseconds. */
const backendMaxAgeMs = 24 * 60 * 60 * 1000;
const namesKept = 20;

/**
 * Whether a filter or proxy gives clients what the server behind it gives (draft sections 9.5 and 10.8). Clients meet the
 * front only, and latch for the host what the server behind promises.
 */
export const frontAndBackend: EndpointCheck = {
  id: 'front-and-backend',
  subject: 'endpoint',
  findings: [
    {
      code: 'front-lacks-tag',
      summary: 'A filter or proxy does not advertise a tag that the server behind it does',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} hides tags of ${textParam(params, 'backend', 50)}`,
        expected: `Every tag of the server behind it: ${listParam(params, 'tags', 64)}`,
        got: `Missing: ${listParam(params, 'missing', 64)}`,
        meaning:
          'Clients that have latched such a tag require it of this host; what the filter cannot promise, it may not keep ' +
          'either, and then they stop connecting. New clients do not learn of the tag.',
        fix:
          'Teach the filter to pass the DEEP status on and to keep every tag of it, or take it out of the way. Taking the ' +
          'tag away at the server releases nobody who has latched it.',
      }),
    },
    {
      code: 'front-tls-weaker',
      summary: 'A filter or proxy offers weaker TLS than the server behind it',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} offers weaker TLS than ${textParam(params, 'backend', 45)}`,
        expected: `${textParam(params, 'expected')}, as the server behind it`,
        got: textParam(params, 'got'),
        meaning:
          'The filter is what clients meet: it takes away protection that the server has. Clients that latched the better ' +
          'version stop connecting.',
        fix: 'Update the filter or let it offer the same TLS versions and STARTTLS as the server, or take it out of the way.',
      }),
    },
    {
      code: 'front-certificate-differs',
      summary: 'A filter or proxy shows a certificate for other names than the server behind it',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} and the server behind it have certificates for different names`,
        expected: `Names as of ${textParam(params, 'backend')}: ${listParam(params, 'expectedNames')}`,
        got: `Names: ${listParam(params, 'gotNames')}`,
        meaning:
          'When the filter is taken out of the way, or put in again, clients that use one of the other names see a wrong ' +
          'certificate and stop connecting.',
        fix: 'Have one certificate issued for all the names, and install it on both.',
      }),
    },
    {
      code: 'front-login-differs',
      summary: 'A filter or proxy offers other ways to log in than the server behind it',
      refs,
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} offers other ways to log in than the server behind it`,
        expected: `Mechanisms as of ${textParam(params, 'backend')}: ${listParam(params, 'expectedMechanisms')}`,
        got: `Mechanisms: ${listParam(params, 'gotMechanisms')}`,
        meaning:
          'Clients that are set to a mechanism which only one of them has cannot log in through the other; a stronger ' +
          'mechanism that the filter hides is not used by anybody.',
        fix: 'Offer the same mechanisms in both places, after TLS has begun.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeSeenAddresses(observation, codes, (session) => decide(observation, session, context)),
};

type Code = (typeof codes)[number];

function decide(
  observation: EndpointObservation,
  session: AddressSession,
  { backend, declaration, now }: JudgeContext,
): Decisions<Code> {
  if (declaration === undefined || declaration.frontOf === null) return allCodes(notApplicable);
  if (backend === undefined || now - backend.finishedAt > backendMaxAgeMs) return allCodes(undecided);
  const behind = backend.sessions.filter((one) => standingOf(backend.endpoint, one) === 'seen');
  if (behind.length === 0) return allCodes(undecided);
  const seen: Comparison = { observation, session, backend, behind, name: endpointKey(backend.endpoint) };
  return {
    'front-lacks-tag': compareTags(seen),
    'front-tls-weaker': compareTls(seen),
    'front-certificate-differs': compareNames(seen),
    'front-login-differs': compareMechanisms(seen),
  };
}

function allCodes(decision: Decision): Decisions<Code> {
  return {
    'front-lacks-tag': decision,
    'front-tls-weaker': decision,
    'front-certificate-differs': decision,
    'front-login-differs': decision,
  };
}

interface Comparison {
  readonly observation: EndpointObservation;
  /** Of the front. */
  readonly session: AddressSession;
  readonly backend: EndpointObservation;
  /** Sessions of the backend that may be judged; at least one. */
  readonly behind: readonly AddressSession[];
  /** Key of the backend. */
  readonly name: string;
}

function compareTags({ observation, session, backend, behind, name }: Comparison): Decision {
  const advertised = readAllAdvertisedTags({ endpoint: backend.endpoint, sessions: behind });
  const tags = [...new Set(advertised.flatMap((one) => one.tags))].sort();
  const front = readAdvertisedTags(observation.endpoint, session);
  const missing = tags.filter((tag) => !front.tags.includes(tag));
  if (missing.length === 0) return advertised.every(({ looked }) => looked) ? passed : undecided;
  return front.looked ? { verdict: 'crit', params: { backend: name, tags, missing } } : undecided;
}

function compareTls({ observation, session, behind, name }: Comparison): Decision {
  const versions = behind.map(({ tls }) => rankOf(tls?.version));
  const lowest = Math.min(...versions.map((rank) => rank ?? -1));
  // Not every address of the backend has TLS, or in a version that we know: there is nothing to hold the front to.
  if (lowest === -1) return undecided;
  const expected = tlsVersions[lowest] ?? '';
  const weaker = (got: string): Decision => ({ verdict: 'crit', params: { backend: name, expected, got } });
  if (observation.endpoint.tlsMode === 'starttls') {
    if (session.starttls === 'not-advertised') return weaker('No STARTTLS');
    if (session.starttls === 'refused') return weaker('STARTTLS is refused');
  }
  const rank = rankOf(session.tls?.version);
  if (rank === null) return undecided;
  return rank < lowest ? weaker(session.tls?.version ?? '') : passed;
}

/** Place of a TLS version among all, lowest first; null where there was no TLS or in no version that we know. */
function rankOf(version: string | undefined): number | null {
  const rank = tlsVersions.findIndex((known) => known === version);
  return rank === -1 ? null : rank;
}

function compareNames({ session, behind, name }: Comparison): Decision {
  const got = namesOf(session);
  const expected = behind.map(namesOf);
  const [first] = expected;
  if (got === null || first === undefined || first === null) return undecided;
  if (expected.some((names) => names !== null && sameList(names, got))) return passed;
  const params = { backend: name, expectedNames: first.slice(0, namesKept), gotNames: got.slice(0, namesKept) };
  return { verdict: 'warn', params };
}

/** DNS names of the leaf, each once, sorted; null where no certificate was seen. */
function namesOf({ tls }: AddressSession): readonly string[] | null {
  const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
  return leaf === null ? null : [...new Set(leaf.dnsNames.map((name) => name.toLowerCase()))].sort();
}

function compareMechanisms({ observation, session, backend, behind, name }: Comparison): Decision {
  const got = session.capabilitiesAfterTls;
  const lists = behind.flatMap(({ capabilitiesAfterTls }) =>
    capabilitiesAfterTls === null ? [] : [capabilitiesAfterTls],
  );
  const expected = lists.map((list) => readMechanisms(backend.endpoint.service, list));
  const [first] = expected;
  if (got === null || first === undefined) return undecided;
  const mechanisms = readMechanisms(observation.endpoint.service, got);
  if (expected.some((list) => sameList(list, mechanisms))) return passed;
  return { verdict: 'warn', params: { backend: name, expectedMechanisms: first, gotMechanisms: mechanisms } };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
