import type { Service } from '../model/endpoint.ts';
import type { AddressSession, IdentityField } from '../model/observation.ts';
import { hasCapability } from '../mail/protocol.ts';
import { parseDeepStatus, type DeepStatus } from './status.ts';

export interface AdvertisedStatus {
  readonly status: DeepStatus;
  /** The ID field that had it: the text of the draft names one, its examples the other. Null for POP3 and SMTP. */
  readonly field: 'deep' | 'deep-status' | null;
}

/** What one address says of its DEEP status. */
export interface SessionStatus {
  /** Whether DEEP was among the capabilities, before or after TLS. */
  readonly announced: boolean;
  /** Null: none was read. */
  readonly before: AdvertisedStatus | null;
  readonly after: AdvertisedStatus | null;
}

type Read = Pick<
  AddressSession,
  'capabilitiesBeforeTls' | 'capabilitiesAfterTls' | 'identityBeforeTls' | 'identityAfterTls'
>;

/**
 * Reads the DEEP status from a session: from the answer to ID in IMAP, from the capability line in POP3 (CAPA) and SMTP
 * (EHLO) (draft section 7).
 */
export function readSessionStatus(service: Service, session: Read): SessionStatus {
  const { capabilitiesBeforeTls, capabilitiesAfterTls, identityBeforeTls = null, identityAfterTls = null } = session;
  const announced = [capabilitiesBeforeTls, capabilitiesAfterTls].some((list) => hasCapability(list ?? [], 'DEEP'));
  if (service === 'imap') {
    return { announced, before: readIdentity(identityBeforeTls), after: readIdentity(identityAfterTls) };
  }
  return { announced, before: readLine(capabilitiesBeforeTls), after: readLine(capabilitiesAfterTls) };
}

/** `deep` is what the text of the draft says; where a server sends both, they are one promise. */
function readIdentity(fields: readonly IdentityField[] | null): AdvertisedStatus | null {
  for (const field of ['deep', 'deep-status'] as const) {
    const found = fields?.find(([key]) => key.toLowerCase() === field);
    if (found !== undefined) return { status: parseDeepStatus(found[1] ?? ''), field };
  }
  return null;
}

function readLine(capabilities: readonly string[] | null): AdvertisedStatus | null {
  const line = capabilities?.find((capability) => /^DEEP(?:[ =]|$)/i.test(capability.trim()));
  return line === undefined ? null : { status: parseDeepStatus(line.trim().slice(5)), field: null };
}
