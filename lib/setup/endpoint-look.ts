import { isSilentGuess, reachesService } from '../checks/silent-guess.ts';
import type { DiscoveredEndpoint, EndpointObservation } from '../model/observation.ts';
import { failureWords } from './failure-words.ts';
import type { SetupAddress, SetupEndpoint } from './setup-result.ts';
import type { SetupStep } from './setup-step.ts';

/** An endpoint and what the one probe of it saw. */
export interface EndpointLook {
  readonly found: DiscoveredEndpoint;
  readonly observation: EndpointObservation;
}

const maxProblemCharacters = 200;

/** What one address came to. */
export function summarizeSession({
  address,
  timings,
  tls,
  failure,
}: EndpointObservation['sessions'][number]): SetupAddress {
  return {
    address,
    connectMs: timings.connectMs,
    handshakeMs: timings.handshakeMs,
    tlsVersion: tls?.version ?? null,
    problem: failure === null ? null : failureWords(failure).slice(0, maxProblemCharacters),
    blocked: failure?.reason === 'blocked',
  };
}

/** What a look at an endpoint came to. */
export function summarizeLook({ found, observation }: EndpointLook): SetupEndpoint {
  const { target, origin, priority, weight } = found;
  const { addresses, sessions } = observation;
  return {
    ...{ target, origin, priority, weight },
    standing: standingOf({ found, observation }),
    addresses: sessions.map(summarizeSession),
    problem: addresses.ok ? null : failureWords(addresses.failure).slice(0, maxProblemCharacters),
  };
}

function standingOf({ found, observation }: EndpointLook): SetupEndpoint['standing'] {
  const { addresses, sessions } = observation;
  if (reachesService(observation)) return 'answers';
  if (isSilentGuess({ origins: [found.origin], reached: false })) return 'silent-guess';
  const reasons = sessions.map(({ failure }) => failure?.reason);
  if (reasons.length > 0 && reasons.every((reason) => reason === 'blocked')) return 'blocked';
  const unseen = reasons.every((reason) => reason === 'busy' || reason === 'blocked' || reason === 'unreachable');
  const absent = !addresses.ok && ['nxdomain', 'no-address'].includes(addresses.failure.reason);
  return unseen && !absent ? 'unseen' : 'silent';
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : `${String(Math.round(value))} ms`;
}

/** The line of the checklist: what each address answered, and how long the parts took. */
export function lookOutcome(look: EndpointLook): Pick<SetupStep, 'state' | 'text'> {
  const { standing, addresses, problem } = summarizeLook(look);
  if (problem !== null) return { state: standing === 'unseen' ? 'unknown' : 'bad', text: problem };
  const text = addresses.map(addressWords).join('; ');
  switch (standing) {
    case 'answers':
      return { state: addresses.every((one) => one.problem === null) ? 'found' : 'bad', text };
    case 'silent':
      return { state: 'bad', text };
    case 'silent-guess':
      return { state: 'absent', text };
    case 'blocked':
    case 'unseen':
      return { state: 'unknown', text: text === '' ? 'nobody could look' : text };
  }
}

/** One address as part of a line. */
export function addressWords({ address, connectMs, handshakeMs, tlsVersion, problem }: SetupAddress): string {
  const words = [
    ...(problem === null ? [] : [problem]),
    ...(tlsVersion === null ? [] : [tlsVersion]),
    ...(connectMs === null ? [] : [`connected in ${milliseconds(connectMs)}`]),
    ...(handshakeMs === null ? [] : [`TLS in ${milliseconds(handshakeMs)}`]),
  ];
  return `${address} ${words.join(', ')}`;
}
