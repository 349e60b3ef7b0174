import { hasCapability } from '../mail/protocol.ts';
import type { EndpointTarget, Service } from '../model/endpoint.ts';
import type { AddressSession, EndpointObservation } from '../model/observation.ts';
import { readSessionStatus } from './session-status.ts';

/** The security tags that one address advertises. */
export interface AdvertisedTags {
  readonly address: string;
  /** Whether the server was asked for its status as far as it could be: only then a missing tag is not there. */
  readonly looked: boolean;
  /** Whether it gave a status at all, which may have no tags. */
  readonly hasStatus: boolean;
  /** Lower case, each once, sorted. What is said before TLS counts too: an operator wrote it down. */
  readonly tags: readonly string[];
}

/** Reads what one address advertises, before and after TLS together. */
export function readAdvertisedTags({ service }: EndpointTarget, session: AddressSession): AdvertisedTags {
  const { before, after } = readSessionStatus(service, session);
  const tags = [before, after].flatMap((advertised) => advertised?.status.tags ?? []).map(({ tag }) => tag);
  const staysClear = session.starttls === 'not-advertised' || session.starttls === 'refused';
  return {
    address: session.address,
    looked: wasAsked(service, session, staysClear ? 'before' : 'after'),
    hasStatus: before !== null || after !== null,
    tags: [...new Set(tags)].sort(),
  };
}

/** The same for every address of an endpoint. */
export function readAllAdvertisedTags({
  endpoint,
  sessions,
}: Pick<EndpointObservation, 'endpoint' | 'sessions'>): readonly AdvertisedTags[] {
  return sessions.map((session) => readAdvertisedTags(endpoint, session));
}

/** Whether the server answered what it is asked for a status. POP3 without CAPA has none (draft section 7.2). */
function wasAsked(service: Service, session: AddressSession, phase: 'before' | 'after'): boolean {
  const { failure } = session;
  if (failure?.stage === 'capability') return service === 'pop3' && failure.reason === 'rejected';
  const [capabilities, identity] =
    phase === 'before'
      ? [session.capabilitiesBeforeTls, session.identityBeforeTls]
      : [session.capabilitiesAfterTls, session.identityAfterTls];
  if (capabilities === null) return false;
  return service !== 'imap' || identity !== undefined || !hasCapability(capabilities, 'DEEP');
}
