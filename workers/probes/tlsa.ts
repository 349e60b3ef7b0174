import type { TlsaObservation } from '#lib/model/observation.ts';
import type { Query } from '#workers/ports.ts';

/** Looks up the TLSA records of a host's port (RFC 6698 section 3), and whether the resolver passes signatures at all. */
export async function observeTlsa({
  host,
  port,
  query,
  resolverPassesSignatures,
}: {
  readonly host: string;
  readonly port: number;
  readonly query: Query;
  readonly resolverPassesSignatures: () => Promise<boolean | null>;
}): Promise<TlsaObservation> {
  const owner = `_${port}._tcp.${host}`;
  const [lookup, passesSignatures] = await Promise.all([query(owner, 'TLSA'), resolverPassesSignatures()]);
  return { owner, lookup, resolverPassesSignatures: passesSignatures };
}
