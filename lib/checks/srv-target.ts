import type { Params } from '../model/finding.ts';
import type { DomainObservation } from '../model/observation.ts';
import type { DomainCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { judgeWholeDomain, passed, undecided } from './decision.ts';
import { countParam, listParam, textParam } from './wording.ts';

/** Whether the hosts that SRV and MX records name exist. Whether the service answers there, the endpoint's checks say. */
export const srvTarget: DomainCheck = {
  id: 'srv-target',
  subject: 'domain',
  findings: [
    {
      code: 'srv-target-dead',
      summary: 'An SRV record leads to a host without address',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 6186 section 3', 'checklist row 5', 'checklist row 18'],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 60)}: ${leads(params, 'SRV')} to a host without address`,
        expected: 'Every SRV target has an A or AAAA record',
        got: listParam(params, 'targets'),
        meaning:
          'Mail programs that set up an account by these records get nowhere, and the customer is asked for server ' +
          'names that he does not know.',
        fix: 'Correct the host name, publish its addresses, or say with the target "." that the service is not offered.',
      }),
    },
    {
      code: 'mx-target-dead',
      summary: 'An MX record leads to a host without address',
      refs: ['draft-ietf-uta-email-deep-00 section 10.4.1', 'RFC 5321 section 5.1', 'checklist row 17'],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'domain', 60)}: ${leads(params, 'MX')} to a host without address`,
        expected: 'Every MX host has an A or AAAA record',
        got: listParam(params, 'targets'),
        meaning: 'Mail to this domain waits, and bounces when no other MX host takes it.',
        fix: 'Correct the host name, publish its addresses, or remove the record.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeDomain(observation, {
      'srv-target-dead': judgeSrv(observation),
      'mx-target-dead': judgeMx(observation),
    }),
};

interface Pointer {
  /** Where the record stands, e.g. `_imaps._tcp.example.org`. */
  readonly owner: string;
  readonly target: string;
}

function judgeSrv(observation: DomainObservation): Decision {
  const pointers = observation.srv.flatMap(({ owner, lookup }) =>
    lookup.ok ? lookup.facts.records.map(({ target }) => ({ owner, target })) : [],
  );
  return judgePointers(
    observation,
    pointers,
    observation.srv.every(({ lookup }) => lookup.ok || isNoName(lookup)),
  );
}

function judgeMx(observation: DomainObservation): Decision {
  const { mx, domain } = observation;
  const pointers = mx.ok ? mx.facts.records.map(({ exchange }) => ({ owner: domain, target: exchange })) : [];
  return judgePointers(observation, pointers, mx.ok || isNoName(mx));
}

function judgePointers({ hosts }: DomainObservation, pointers: readonly Pointer[], complete: boolean): Decision {
  const used = pointers.filter(({ target }) => target !== '.' && target !== '');
  const states = used.map((pointer) => {
    const addresses = hosts.find(({ host }) => host === pointer.target.toLowerCase())?.addresses;
    if (addresses === undefined) return { pointer, state: 'unseen' };
    if (addresses.ok) return { pointer, state: addresses.facts.length > 0 ? 'alive' : 'no address' };
    if (addresses.failure.reason === 'nxdomain') return { pointer, state: 'no such name' };
    return { pointer, state: addresses.failure.reason === 'no-address' ? 'no address' : 'unseen' };
  });
  const dead = states.filter(({ state }) => state === 'no address' || state === 'no such name');
  if (dead.length > 0) {
    const targets = dead.map(({ pointer, state }) => `${pointer.owner} leads to ${pointer.target} (${state})`);
    return { verdict: 'fail', params: { targets: targets.slice(0, 20) } };
  }
  return complete && states.every(({ state }) => state === 'alive') ? passed : undecided;
}

function isNoName(lookup: DomainObservation['mx'] | DomainObservation['srv'][number]['lookup']): boolean {
  return !lookup.ok && lookup.failure.reason === 'nxdomain';
}

function leads(params: Params, type: 'SRV' | 'MX'): string {
  const targets = countParam(params, 'targets');
  return targets === 1 ? `one ${type} record leads` : `${String(targets)} ${type} records lead`;
}
