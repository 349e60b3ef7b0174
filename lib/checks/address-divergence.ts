import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import type { EndpointCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeEndpoint, passed, superseded, undecided } from './decision.ts';
import { compareCapabilities } from './compare-capabilities.ts';
import { compareCertificates } from './compare-certificates.ts';
import type { Comparison } from './comparison.ts';
import { standingOf } from './standing.ts';
import { hostParam, listParam } from './wording.ts';

const meaning =
  'Which address a client gets is chance: a fault that only one of them has shows up as trouble that comes and goes. ' +
  'A client that latched what one address promises stops connecting when it meets the other.';

/** Whether all addresses of a host are alike in what clients rely on. One forgotten server is the classic outage. */
export const addressDivergence: EndpointCheck = {
  id: 'address-divergence',
  subject: 'endpoint',
  findings: [
    {
      code: 'addresses-differ-certificate',
      summary: 'One address of a host shows another certificate than its siblings',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'checklist row 13', 'checklist row 37'],
      confirmations: 1,
      text: (params) => ({
        title: `${listParam(params, 'odd').slice(0, 50)} of ${hostParam(params)} shows another certificate`,
        expected: `The same certificate at every address; ${listParam(params, 'siblings')} shows ${listParam(params, 'common')}`,
        got: listParam(params, 'differences'),
        meaning,
        fix:
          'Install the current certificate on every address and reload the servers there. If each server keeps a ' +
          'certificate of its own on purpose, give them the same names and renew them together.',
      }),
    },
    {
      code: 'addresses-differ-tls-version',
      summary: 'One address of a host reaches a lower TLS version than its siblings',
      refs: ['draft-ietf-uta-email-deep-00 section 10.8', 'checklist row 26', 'checklist row 39'],
      confirmations: 1,
      text: (params) => ({
        title: `${listParam(params, 'odd').slice(0, 50)} of ${hostParam(params)} reaches a lower TLS version`,
        expected: `${listParam(params, 'common')}, as at ${listParam(params, 'siblings')}`,
        got: listParam(params, 'differences'),
        meaning,
        fix: 'Bring this server, or the proxy in front of it, to the TLS configuration of the others.',
      }),
    },
    {
      code: 'addresses-differ-capabilities',
      summary: 'One address of a host offers other security capabilities than its siblings',
      refs: ['draft-ietf-uta-email-deep-00 section 5.3', 'checklist row 26', 'checklist row 37'],
      confirmations: 1,
      text: (params) => ({
        title: `${listParam(params, 'odd').slice(0, 50)} of ${hostParam(params)} offers other capabilities`,
        expected: `The same STARTTLS and authentication at every address, as at ${listParam(params, 'siblings')}`,
        got: listParam(params, 'differences'),
        meaning,
        fix: 'Bring this server, or the proxy or filter in front of it, to the configuration of the others.',
      }),
    },
  ],
  judge: (observation, { now, mixedAddresses = [] }) => {
    const seen = observation.sessions.filter(
      (session) => standingOf(observation.endpoint, session) === 'seen' && !mixedAddresses.includes(session.address),
    );
    return judgeWholeEndpoint(observation, {
      'addresses-differ-certificate': decide(compareCertificates(seen, now), observation, mixedAddresses),
      'addresses-differ-tls-version': decide(compareVersions(seen), observation, mixedAddresses),
      'addresses-differ-capabilities': decide(
        compareCapabilities(observation.endpoint, seen),
        observation,
        mixedAddresses,
      ),
    });
  },
};

function decide(
  { compared, divergence }: Comparison,
  { sessions }: EndpointObservation,
  mixedAddresses: readonly string[],
): Decision {
  if (divergence !== null) {
    const { verdict, ...params } = divergence;
    return { verdict, params: { ...params } };
  }
  // What such an address shows is chance: `mixed-backends` says that its servers are not alike.
  if (sessions.some(({ address }) => mixedAddresses.includes(address))) return superseded;
  if (sessions.length === 1) return passed;
  // The address that was not seen may be the odd one.
  return sessions.length > 0 && compared === sessions.length ? passed : undecided;
}

function compareVersions(sessions: readonly AddressSession[]): Comparison {
  const seen = sessions.flatMap(({ address, tls }) => (tls === null ? [] : [{ address, version: tls.version }]));
  // OpenSSL's names sort by age: SSLv3 < TLSv1 < TLSv1.1 < TLSv1.2 < TLSv1.3.
  const best = seen.map(({ version }) => version).reduce((highest, next) => (next > highest ? next : highest), '');
  const odd = seen.filter(({ version }) => version !== best);
  if (odd.length === 0) return { compared: seen.length, divergence: null };
  return {
    compared: seen.length,
    divergence: {
      verdict: odd.some(({ version }) => version < 'TLSv1.2') ? 'fail' : 'warn',
      odd: odd.map(({ address }) => address),
      siblings: seen.filter(({ version }) => version === best).map(({ address }) => address),
      common: [best],
      differences: odd.map(({ address, version }) => `${address} reaches ${version}`),
    },
  };
}
