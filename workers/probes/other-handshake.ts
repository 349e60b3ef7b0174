import type {
  AddressSession,
  KeyFamily,
  OtherHandshake,
  ProbeFailure,
  TlsaObservation,
} from '#lib/model/observation.ts';
import { readChain } from '#lib/x509/read-chain.ts';
import { probeAddress, type AddressProbe } from './session.ts';

/**
 * Looks whether a server has a certificate of the other key family, in a dialogue of its own after the first one.
 * Asked for only where TLSA records exist: a server that has no such certificate refuses the handshake and writes it
 * to its log. Null where there is nothing to ask. Never rejects for anything a server does.
 */
export async function lookForOtherKey(
  session: AddressSession,
  {
    probe,
    tlsa,
    tooLate,
  }: {
    readonly probe: AddressProbe;
    readonly tlsa: TlsaObservation | null;
    readonly tooLate: () => ProbeFailure | null;
  },
): Promise<OtherHandshake | null> {
  const offered = otherFamily(session);
  if (offered === null || tlsa?.lookup.ok !== true || tlsa.lookup.facts.records.length === 0) return null;
  const late = tooLate();
  if (late !== null) return { offered, tls: { ok: false, failure: late } };
  const { tls, failure } = await probeAddress({ ...probe, keyFamily: offered });
  if (tls !== null) return { offered, tls: { ok: true, facts: tls } };
  return { offered, tls: { ok: false, failure: failure ?? { stage: 'handshake', reason: 'closed' } } };
}

function otherFamily({ tls }: AddressSession): KeyFamily | null {
  const leaf = tls === null ? null : (readChain(tls.chain)[0] ?? null);
  switch (leaf?.keyType) {
    case 'rsa':
      return 'ec';
    case 'ec':
    case 'ed25519':
    case 'ed448':
      return 'rsa';
    default:
      return null;
  }
}
