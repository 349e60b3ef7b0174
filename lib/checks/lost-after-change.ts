import { isLowered } from '../drift/baseline.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck, JudgeContext } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeSeenAddresses, notApplicable, passed, undecided } from './decision.ts';
import { hostParam, listParam, textParam, timeParam } from './wording.ts';

const codes = ['starttls-withdrawn', 'tls-version-lowered'] as const;

/**
 * Compares what an address offers with what the endpoint offered before: changes keep the same or newer TLS (draft
 * section 10.8). What is wrong by itself, other checks say.
 */
export const lostAfterChange: EndpointCheck = {
  id: 'lost-after-change',
  subject: 'endpoint',
  findings: [
    {
      code: 'starttls-withdrawn',
      summary: 'STARTTLS was offered before and is not any more',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.8',
        'draft-ietf-uta-email-deep-00 section 9.5',
        'RFC 8314 section 4.6',
        'checklist row 26',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} no longer offers STARTTLS`,
        expected: `STARTTLS (STLS in POP3), as until now; the same since ${timeParam(params, 'since')}`,
        got: `Now it offers ${listParam(params, 'offered', 40)}`,
        meaning:
          'Clients that require TLS here stop connecting. The others go on in clear text from one day to the next, passwords ' +
          'included, and nobody tells the customer.',
        fix:
          'Look at what was changed: the configuration of the server, or a filter or proxy that now stands in front and strips ' +
          'the capability. Undo it, or close the port. If it was meant, approve the change on the page of the endpoint.',
      }),
    },
    {
      code: 'tls-version-lowered',
      summary: 'A server reaches a lower TLS version than before',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.8',
        'draft-ietf-uta-email-deep-00 section 9.5',
        'RFC 8314 section 4.6',
        'checklist row 26',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} fell back from ${textParam(params, 'before', 10)} to ${textParam(params, 'after', 10)}`,
        expected: `${textParam(params, 'before', 10)} or newer, as since ${timeParam(params, 'since')}`,
        got: `${textParam(params, 'after', 10)} with ${textParam(params, 'cipher', 60)}`,
        meaning:
          'Clients that latched the newer version stop connecting, and all others are protected less well than before. It ' +
          'mostly comes with a new server, or with a filter or proxy that ends TLS with its own, older software.',
        fix:
          'Find what now answers at this address and allow the newer version there. If it was meant, approve the change on ' +
          'the page of the endpoint.',
      }),
    },
  ],
  judge: (observation, context) =>
    judgeSeenAddresses(observation, codes, (session) => ({
      'starttls-withdrawn': judgeStarttls(observation, session, context),
      'tls-version-lowered': judgeVersion(session, context),
    })),
};

/** Whether the endpoint offered STARTTLS before, and a change of it at this address would mean something. */
export function offeredStarttls({ baseline, mixedAddresses = [] }: JudgeContext, address: string): boolean {
  return baseline?.facts.starttls === true && !mixedAddresses.includes(address);
}

function judgeStarttls({ endpoint }: EndpointObservation, session: AddressSession, context: JudgeContext): Decision {
  const { baseline } = context;
  if (endpoint.tlsMode === 'implicit' || baseline?.facts.starttls !== true) return notApplicable;
  switch (session.starttls) {
    case 'not-advertised':
      return offeredStarttls(context, session.address)
        ? { verdict: 'crit', params: { since: baseline.since, offered: session.capabilitiesBeforeTls ?? [] } }
        : undecided;
    case 'accepted':
    case 'refused':
      return passed;
    case 'not-reached':
    case 'not-applicable':
      return undecided;
  }
}

function judgeVersion({ tls, address }: AddressSession, { baseline, mixedAddresses = [] }: JudgeContext): Decision {
  const before = baseline?.facts.tlsVersion ?? null;
  if (baseline === undefined || before === null) return notApplicable;
  if (tls === null || mixedAddresses.includes(address)) return undecided;
  if (!isLowered(before, tls.version)) return passed;
  return { verdict: 'crit', params: { before, after: tls.version, cipher: tls.cipher, since: baseline.since } };
}
