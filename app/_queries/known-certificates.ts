import type { GivenCertificateItem } from '#components/given-certificates.tsx';
import { readChain } from '#lib/x509/read-chain.ts';
import { readDeclaration } from '#prisma/commands/declarations.ts';
import { listGivenCertificates } from '#prisma/commands/known-certificates.ts';
import { database } from './database.ts';

/** The name that clients verify an endpoint by, which an operator may have declared; null: there is no such endpoint. */
export async function findVerifiedName(endpointId: string): Promise<string | null> {
  const [endpoint, { declaration }] = await Promise.all([
    database().endpoint.findUnique({ where: { id: endpointId }, select: { host: true } }),
    readDeclaration(database(), endpointId),
  ]);
  return endpoint === null ? null : (declaration.serverName ?? endpoint.host);
}

/** Certificates that operators gave for the name that clients verify an endpoint by, the latest first. */
export async function listGivenCertificateItems(host: string): Promise<readonly GivenCertificateItem[]> {
  const given = await listGivenCertificates(database(), host);
  return given.flatMap(({ fingerprint, der, givenBy, givenAt }) => {
    const certificate = readChain([der])[0] ?? null;
    if (certificate === null) return [];
    const { subject, issuer, notBefore, notAfter } = certificate;
    return [{ fingerprint, subject, issuer, notBefore, notAfter, givenBy, givenAt }];
  });
}
