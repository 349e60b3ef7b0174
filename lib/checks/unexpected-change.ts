import { findUnexpected, isRejected, publishedKeys, readBaselineFacts } from '../drift/baseline.ts';
import type { Params } from '../model/finding.ts';
import type { EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, FindingDefinition, JudgeContext } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { judgeWholeEndpoint, notApplicable, passed, superseded, undecided } from './decision.ts';
import { hostParam, listParam, textParam, timeParam } from './wording.ts';

type Code = 'certificate-names-lost' | 'issuer-changed' | 'key-changed';

const refs = [
  'draft-ietf-uta-email-deep-00 section 10.8',
  'draft-ietf-uta-email-deep-00 section 10.5',
  'checklist row 26',
];

/** The end of a title: a question until somebody answered it, then a fault. */
function answered(params: Params): string {
  return params.rejectedBy === undefined
    ? 'waiting for your word'
    : `rejected by ${textParam(params, 'rejectedBy', 30)}`;
}

function toDo(params: Params, undo: string): string {
  if (params.rejectedBy !== undefined)
    return `Somebody looked and says that this is not right: ${undo} When it is right after all, approve it on the page of the endpoint.`;
  return `If you or your certificate authority did this, approve it on the page of the endpoint. If nobody did, reject it there, and ${undo.charAt(0).toLowerCase()}${undo.slice(1)}`;
}

function definition(
  code: Code,
  words: Pick<FindingDefinition, 'summary'> & {
    readonly title: string;
    readonly expected: (params: Params) => string;
    readonly meaning: string;
    readonly undo: string;
  },
): FindingDefinition {
  return {
    code,
    summary: words.summary,
    refs,
    confirmations: 1,
    text: (params) => ({
      title: `${words.title} of ${hostParam(params)}: ${answered(params)}`,
      expected: `${words.expected(params)}, as since ${timeParam(params, 'since')}`,
      got: listParam(params, 'after'),
      meaning: words.meaning,
      fix: toDo(params, words.undo),
    }),
  };
}

/** Whether key, issuer or names of an endpoint changed in a way that nobody could expect. */
export const unexpectedChange: EndpointCheck = {
  id: 'unexpected-change',
  subject: 'endpoint',
  findings: [
    definition('certificate-names-lost', {
      summary: 'The certificate no longer has names that it had',
      title: 'Names gone from the certificate',
      expected: (params) => `The names of before: ${listParam(params, 'before')}`,
      meaning:
        'Customers whose mail client is set up with one of the names that are gone get a warning, or no mail at all. It is ' +
        'easily overlooked, because the name that is watched may still be there.',
      undo: 'Have the certificate issued with all names again.',
    }),
    definition('issuer-changed', {
      summary: 'Another certificate authority than before issued the certificate',
      title: 'New issuer of the certificate',
      expected: (params) => `A certificate from ${listParam(params, 'before')}`,
      meaning:
        'Either somebody moved to another authority, or a certificate was issued that you do not know of, and somebody else ' +
        'answers in the place of the server. Customers notice neither.',
      undo: 'Find out who answers at these addresses, and ask the authority to revoke the certificate.',
    }),
    definition('key-changed', {
      summary: 'The key changed long before the certificate had to be renewed',
      title: 'New key',
      expected: (params) => `The key ${listParam(params, 'before', 24)}`,
      meaning:
        'The certificate before had more than half of its life left, and no TLSA record announces the new key. A key that ' +
        'changes out of turn may be a repair, a new server, or somebody in between.',
      undo: 'Find out who answers at these addresses and where the key came from.',
    }),
  ],
  judge: (observation, context) => judgeWholeEndpoint(observation, decide(observation, context)),
};

function decide(observation: EndpointObservation, context: JudgeContext): Decisions<Code> {
  const { baseline, mixedAddresses, now } = context;
  if (baseline === undefined) return all(notApplicable);
  const facts = readBaselineFacts(observation, mixedAddresses);
  if (facts === null) return all(undecided);
  const change = findUnexpected(baseline.facts, facts, { publishedKeys: publishedKeys(observation), now });
  const rejectedBy = isRejected(baseline, facts) ? baseline.rejected?.by : undefined;
  const found = (before: readonly string[], after: readonly string[]): Decision => ({
    verdict: rejectedBy === undefined ? 'warn' : 'crit',
    params: { before, after, since: baseline.since, ...(rejectedBy === undefined ? {} : { rejectedBy }) },
  });
  const newIssuer = change.issuers.length > 0;
  return {
    'certificate-names-lost': change.names.length > 0 ? found(change.names, facts.names) : passed,
    'issuer-changed': newIssuer ? found(baseline.facts.issuers, facts.issuers) : passed,
    // Another authority's certificate nearly always has another key: one question is enough.
    'key-changed': newIssuer ? superseded : change.keys.length > 0 ? found(baseline.facts.keys, change.keys) : passed,
  };
}

function all(decision: Decision): Decisions<Code> {
  return { 'certificate-names-lost': decision, 'issuer-changed': decision, 'key-changed': decision };
}
