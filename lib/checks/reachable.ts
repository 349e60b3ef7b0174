import type { Params, Verdict } from '../model/finding.ts';
import type { EndpointObservation, FailureReason } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeAddress, judgeWholeEndpoint, passed, undecided } from './decision.ts';
import { isOwnRouteMissing, standingOf } from './standing.ts';
import { hostParam, textParam } from './wording.ts';

/**
 * Whether every address of the host answers. The one check that judges a refused, lost or timed out connection; all
 * the others hold while it fails.
 */
export const reachable: EndpointCheck = {
  id: 'reachable',
  subject: 'endpoint',
  findings: [
    {
      code: 'unreachable',
      summary: 'A server does not answer at one of its addresses',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 5', 'checklist row 42'],
      confirmations: 2,
      text: (params) => ({
        title: `${hostParam(params)} does not answer at ${textParam(params, 'address', 45)}: ${describeReason(params)}`,
        expected: `${textParam(params, 'service')} at every address of the host`,
        got: `${describeReason(params)} ${describeStage(params)}`,
        meaning:
          params.allGone === true
            ? 'No address of this service answers: customers cannot use it at all.'
            : 'Clients that pick this address wait until they give up; some then try another address and some do not.',
        fix:
          'Check that the service runs and listens on this address and that no firewall stands in between. If the ' +
          'address is no longer meant to serve, take it out of DNS. A server that expects TLS from the first byte ' +
          'looks silent on a STARTTLS port, so check the TLS mode as well.',
      }),
    },
    {
      code: 'host-without-address',
      summary: 'The host of an endpoint has no address in DNS',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 5'],
      confirmations: 2,
      text: (params) => ({
        title: `${textParam(params, 'host', 60)} has no address in DNS`,
        expected: 'At least one A or AAAA record for the host',
        got: params.exists === true ? 'The name exists without A and AAAA records' : 'The name does not exist',
        meaning: 'Nobody can connect: accounts that are set up with this host name stop working.',
        fix:
          'Publish the A and AAAA records of the host again, or, if the name is retired, remove the SRV and MX records ' +
          'that point at it and then this endpoint.',
      }),
    },
  ],
  judge: (observation) => [
    ...judgeWholeEndpoint(observation, { 'host-without-address': judgeAddresses(observation) }),
    ...observation.sessions.flatMap((session) =>
      judgeAddress(observation, session, { unreachable: judgeSession(observation, session) }),
    ),
  ],
};

function judgeAddresses({ addresses }: EndpointObservation): Decision {
  if (addresses.ok) {
    if (addresses.facts.list.length > 0) return passed;
    const exists = !addresses.facts.lookups.some((lookup) => lookup.rcode === 'NXDOMAIN');
    return { verdict: 'crit', params: { exists } };
  }
  switch (addresses.failure.reason) {
    case 'nxdomain':
      return { verdict: 'crit', params: { exists: false } };
    case 'no-address':
      return { verdict: 'crit', params: { exists: true } };
    default:
      return undecided;
  }
}

function judgeSession(observation: EndpointObservation, session: EndpointObservation['sessions'][number]): Decision {
  const { endpoint, sessions } = observation;
  const standing = standingOf(endpoint, session);
  if (standing === 'seen') return passed;
  if (standing === 'held' || session.failure === null) return undecided;
  const allGone =
    // Where the lookup of one address family failed, there may be more addresses than we know.
    !(observation.addresses.ok && observation.addresses.facts.missing !== undefined) &&
    sessions.every((other) => standingOf(endpoint, other) === 'unreachable' || isOwnRouteMissing(other));
  const verdict: Verdict = allGone ? 'crit' : 'fail';
  return { verdict, params: { reason: session.failure.reason, stage: session.failure.stage, allGone } };
}

const reasons: Readonly<Partial<Record<FailureReason, string>>> = {
  refused: 'connection refused',
  reset: 'connection reset',
  closed: 'connection closed',
  timeout: 'no answer in time',
  unreachable: 'no route to it',
};

function describeReason(params: Params): string {
  const known = Object.entries(reasons).find(([reason]) => reason === params.reason);
  return known?.[1] ?? 'no answer';
}

function describeStage(params: Params): string {
  switch (params.stage) {
    case 'connect':
      return 'while connecting';
    case 'greeting':
      return 'while waiting for the greeting';
    case 'capability':
      return 'after asking for the capabilities';
    case 'starttls':
      return 'after asking for STARTTLS';
    case 'handshake':
      return 'during the TLS handshake';
    default:
      return 'before the dialogue was over';
  }
}
