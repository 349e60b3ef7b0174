import { stricterVerdict, type Judgement, type PackVerdicts, type Params, type Verdict } from '../model/finding.ts';
import { findServiceRow } from '../model/endpoint.ts';
import type { AddressSession, DomainObservation, EndpointObservation } from '../model/observation.ts';
import type { ZoneObservation } from '../model/zone-observation.ts';
import { standingOf } from './standing.ts';

/** What a check decided about one of its codes, before it is tied to a subject. */
export interface Decision {
  readonly verdict: Verdict;
  readonly packs?: PackVerdicts;
  readonly params?: Params;
}

export const passed: Decision = { verdict: 'pass' };
/** We could not look: what was known before stays. */
export const undecided: Decision = { verdict: 'inconclusive' };
/** The code has no meaning for this kind of endpoint. */
export const notApplicable: Decision = { verdict: 'n-a' };
/** Another code says it. */
export const superseded: Decision = { verdict: 'superseded' };

/** A fact that the two rule packs may see differently: the stricter verdict is the decision's. */
export function decideByPack(packs: PackVerdicts, params: Params = {}): Decision {
  const verdict = stricterVerdict(packs.draft, packs.current);
  return packs.draft === packs.current ? { verdict, params } : { verdict, packs, params };
}

/** One decision a code: the type makes a check that forgets a code fail to compile. */
export type Decisions<Code extends string> = Readonly<Record<Code, Decision>>;

/** Judges each address that could be looked at; for the others every code of the check holds (inconclusive). */
export function judgeSeenAddresses<Code extends string>(
  observation: EndpointObservation,
  codes: readonly Code[],
  decide: (session: AddressSession) => Decisions<Code>,
): readonly Judgement[] {
  return observation.sessions.flatMap((session) => {
    if (standingOf(observation.endpoint, session) === 'seen')
      return judgeAddress(observation, session, decide(session));
    return codes.map((code) => ({
      code,
      subject: { kind: 'endpoint', endpoint: observation.endpoint, address: session.address } as const,
      verdict: undecided.verdict,
      params: {},
    }));
  });
}

function verdictsOf({ verdict, packs }: Decision): Pick<Judgement, 'verdict' | 'packs'> {
  return packs === undefined ? { verdict } : { verdict, packs };
}

/** Ties decisions to one address of an endpoint, probed or scanned. */
export function judgeAddress(
  { endpoint }: Pick<EndpointObservation, 'endpoint'>,
  { address }: Pick<AddressSession, 'address'>,
  decisions: Decisions<string>,
): readonly Judgement[] {
  return Object.entries(decisions).map(([code, decision]) => ({
    code,
    subject: { kind: 'endpoint', endpoint, address },
    ...verdictsOf(decision),
    params: { host: endpoint.host, port: endpoint.port, service: titleOf(endpoint), address, ...decision.params },
  }));
}

/** Ties decisions to an endpoint as a whole. */
export function judgeWholeEndpoint(
  { endpoint }: Pick<EndpointObservation, 'endpoint'>,
  decisions: Decisions<string>,
): readonly Judgement[] {
  return Object.entries(decisions).map(([code, decision]) => ({
    code,
    subject: { kind: 'endpoint', endpoint, address: null },
    ...verdictsOf(decision),
    params: { host: endpoint.host, port: endpoint.port, service: titleOf(endpoint), ...decision.params },
  }));
}

/** Ties decisions to a mail domain. */
export function judgeWholeDomain({ domain }: DomainObservation, decisions: Decisions<string>): readonly Judgement[] {
  return Object.entries(decisions).map(([code, decision]) => ({
    code,
    subject: { kind: 'domain', domain },
    ...verdictsOf(decision),
    params: { domain, ...decision.params },
  }));
}

/** Ties decisions to a DNS zone. */
export function judgeWholeZone({ zone }: ZoneObservation, decisions: Decisions<string>): readonly Judgement[] {
  return Object.entries(decisions).map(([code, decision]) => ({
    code,
    subject: { kind: 'zone', zone },
    ...verdictsOf(decision),
    params: { zone, ...decision.params },
  }));
}

function titleOf({ service, tlsMode }: EndpointObservation['endpoint']): string {
  return findServiceRow(service, tlsMode)?.title ?? service;
}
