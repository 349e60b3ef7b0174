import { worstVerdict, type Verdict } from '../model/finding.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { readStep, type StepSeen } from './read-step.ts';
import { stepNames, stepOfCode, type StepName } from './step-of-code.ts';
import { expectedOfStep, titleOfStep } from './step-words.ts';

/** `not-reached`: the probe ended before. `not-judged`: nothing was said of it, good or bad. */
export type StepState = Verdict | 'not-reached' | 'not-judged';

/** One step of a probe at one address. Texts may come from strangers: escape at output. */
export interface ProbeStep {
  readonly name: StepName;
  readonly title: string;
  readonly state: StepState;
  readonly expected: string;
  /** One line each; empty: nothing was seen. */
  readonly got: readonly string[];
  readonly durationMs: number | null;
  /** Codes that were found or hold here, the worst first. */
  readonly codes: readonly string[];
}

/** A check that decided something, as of the run or as an earlier run left it. */
export interface StepOutcome {
  readonly code: string;
  /** Null: of the endpoint as a whole. */
  readonly address: string | null;
  readonly verdict: Verdict;
}

interface StepQuestion extends StepSeen {
  /** What was judged of this run, what is fine too. */
  readonly outcomes: readonly StepOutcome[];
  /** What holds, also where this run could not tell. */
  readonly findings: readonly StepOutcome[];
}

/** Every step of one address: what it came to, what was expected, what came and how long it took. */
export function listProbeSteps(question: StepQuestion): readonly ProbeStep[] {
  const { observation, session } = question;
  return stepNames.map((name) => {
    const found = foundIn(name, question);
    const got = readStep(name, question);
    return {
      name,
      title: titleOfStep(name, observation.endpoint),
      state: stateOf(found, got.length > 0),
      expected: expectedOfStep(name, observation.endpoint),
      got,
      durationMs: durationOf(name, observation, session),
      codes: found.flatMap(({ code, verdict }) => (isBad(verdict) ? [code] : [])),
    };
  });
}

const weight: readonly Verdict[] = ['crit', 'fail', 'warn', 'info', 'inconclusive', 'pass'];

function isBad(verdict: Verdict): boolean {
  return verdict === 'crit' || verdict === 'fail' || verdict === 'warn' || verdict === 'info';
}

/** What checks said of this step: at this address, and in DNS of the endpoint. */
function foundIn(name: StepName, { session, outcomes, findings }: StepQuestion): readonly StepOutcome[] {
  const isHere = ({ code, address }: StepOutcome) =>
    stepOfCode(code) === name &&
    (address === session.address || (address === null && (name === 'dns' || name === 'tlsa')));
  const held = findings.filter(isHere);
  const judged = outcomes.filter((one) => isHere(one) && !held.some(({ code }) => code === one.code));
  return [...held, ...judged].toSorted((a, b) => weight.indexOf(a.verdict) - weight.indexOf(b.verdict));
}

function stateOf(found: readonly StepOutcome[], reached: boolean): StepState {
  const worst = worstVerdict(found.map(({ verdict }) => verdict));
  if (worst !== null && worst !== 'pass' && worst !== 'inconclusive') return worst;
  if (!reached) return 'not-reached';
  return worst ?? (found.length > 0 ? 'n-a' : 'not-judged');
}

function durationOf(
  name: StepName,
  { startedAt, sessions }: EndpointObservation,
  session: AddressSession,
): number | null {
  switch (name) {
    case 'dns': {
      // The first connection begins when DNS has answered.
      const first = Math.min(...sessions.map((one) => one.startedAt));
      return first >= startedAt ? first - startedAt : null;
    }
    case 'connect':
      return session.timings.connectMs;
    case 'greeting':
      return session.timings.greetingMs;
    case 'security':
      return session.timings.handshakeMs;
    case 'version':
    case 'cipher':
    case 'chain':
    case 'name':
    case 'tlsa':
    case 'capabilities':
    case 'deep':
      return null;
  }
}
