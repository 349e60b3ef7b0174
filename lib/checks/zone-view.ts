import type { SignatureResult, Validation, ZoneLink } from '../model/dnssec.ts';
import type { FailureReason } from '../model/observation.ts';
import type { ServerAnswer, ZoneObservation, ZoneQuestion, ZoneServer } from '../model/zone-observation.ts';

/* What the checks of a zone have in common in reading an observation. */

type AnswerFacts = Extract<ServerAnswer['answer'], { readonly ok: true }>['facts'];

/** What one server said to one question. */
export interface SaidByServer {
  readonly server: ZoneServer;
  readonly question: ZoneQuestion;
  readonly facts: AnswerFacts;
}

/** Failures on our side: they say nothing about the server. */
const ours: readonly FailureReason[] = ['blocked', 'busy', 'unreachable'];

/**
 * `silent`: it was asked and answered nothing. `unseen`: we could not ask it. `out-of-view`: it can never be asked from
 * here, because our address guard refuses it or this machine reaches no address of that family.
 */
export type ServerStanding = 'answering' | 'silent' | 'unseen' | 'out-of-view';

export function standingOfServer({ servers }: ZoneObservation, server: ZoneServer): ServerStanding {
  const reasons = failuresOf(server);
  if (reasons.length < server.answers.length) return 'answering';
  if (reasons.every((reason) => reason === 'blocked')) return 'out-of-view';
  if (reasons.some((reason) => !ours.includes(reason))) return 'silent';
  const kin = servers.filter(({ address }) => isIpv6(address) === isIpv6(server.address));
  const familyLost = kin.flatMap(failuresOf).every((reason) => reason === 'unreachable') && !kin.some(answersAnything);
  return familyLost ? 'out-of-view' : 'unseen';
}

/** The servers that count: one that can never be asked from here would hold every comparison for ever. */
export function serversInView(observation: ZoneObservation): readonly ZoneServer[] {
  return observation.servers.filter((server) => standingOfServer(observation, server) !== 'out-of-view');
}

/** Every answer that came from a server in view, whatever it is worth. */
export function answersInView(observation: ZoneObservation): readonly SaidByServer[] {
  return serversInView(observation).flatMap((server) =>
    server.answers.flatMap(({ question, answer }) => (answer.ok ? [{ server, question, facts: answer.facts }] : [])),
  );
}

/** The answers that speak for the zone: with authority, and NOERROR or NXDOMAIN. */
export function authoritativeAnswers(observation: ZoneObservation): readonly SaidByServer[] {
  return answersInView(observation).filter(({ facts }) => facts.authoritative && isUsable(facts.rcode));
}

/** Whether every server in view answered every question, and there is at least one. */
export function allAnswered(observation: ZoneObservation): boolean {
  const servers = serversInView(observation);
  return servers.length > 0 && servers.every(({ answers }) => answers.every(({ answer }) => answer.ok));
}

/** Whether every question has a verdict that is one. */
export function allValidated({ validations }: ZoneObservation): boolean {
  return validations.length > 0 && validations.every(({ result }) => result.state !== 'indeterminate');
}

/** Whether validation found the whole zone to be unsigned, so that there is nothing that could be wrong with signatures. */
export function isUnsigned({ validations }: ZoneObservation): boolean {
  return validations.length > 0 && validations.every(({ result }) => result.state === 'insecure');
}

/** The link of the zone itself in the chain of trust; null where no validation came that far. */
export function ownLink({ zone, validations }: ZoneObservation): ZoneLink | null {
  const own = validations.flatMap(({ links }) => links).filter((link) => link.zone === zone);
  return own.find(({ state }) => state.state !== 'indeterminate') ?? own[0] ?? null;
}

/** Every signature that a validation looked at, over the answer and over the whole chain. */
export function signaturesOf(validation: Validation): readonly SignatureResult[] {
  return [
    ...validation.signatures,
    ...(validation.denial?.signatures ?? []),
    ...validation.hops.flatMap(({ signatures }) => signatures),
    ...validation.links.flatMap((link) => [
      ...link.keySignatures,
      ...link.dsSignatures,
      ...(link.denial?.signatures ?? []),
    ]),
  ];
}

export function isSameQuestion(one: ZoneQuestion, other: ZoneQuestion): boolean {
  return one.name === other.name && one.type === other.type;
}

export function isUsable(rcode: string): boolean {
  return rcode === 'NOERROR' || rcode === 'NXDOMAIN';
}

function failuresOf({ answers }: ZoneServer): readonly FailureReason[] {
  return answers.flatMap(({ answer }) => (answer.ok ? [] : [answer.failure.reason]));
}

function answersAnything({ answers }: ZoneServer): boolean {
  return answers.some(({ answer }) => answer.ok);
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}
