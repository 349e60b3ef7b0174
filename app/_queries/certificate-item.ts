import type { CertificateItem, CertificatePlaceItem } from '#components/certificates/certificate-item.ts';
import { serviceWord } from '#components/domain-tile.tsx';
import type { CertificateFilter } from './certificate-filter.ts';
import { readCertificateMarks } from './certificate-marks.ts';
import { readShowingEndpoints, readSuccessors, type ShowingEndpoint, type Successor } from './certificate-places.ts';
import type { CertificateRecord, CertificateRow } from './certificates.ts';

/** Servers of one certificate that a row names, and that its marks are looked up for. */
const shownPlaces = 3;

/** The name that tells most of a certificate: a text of strangers, never empty. */
export function certificateName({ commonName, names, subject, fingerprint }: CertificateRecord): string {
  return (
    [commonName, names[0], subject].find((name) => name !== undefined && name !== null && name !== '') ??
    `SHA-256 ${fingerprint.slice(0, 16)}…`
  );
}

/** `EC 256` */
export function keyText({ keyType, keyBits }: Pick<CertificateRecord, 'keyType' | 'keyBits'>): string {
  const word = keyType.startsWith('ed') ? keyType.replace('ed', 'Ed') : keyType.toUpperCase();
  if (keyType === 'unknown') return 'unknown key';
  return keyBits === null || keyType.startsWith('ed') ? word : `${word} ${String(keyBits)}`;
}

/** A server that shows a certificate, for a row. */
export function placeItem({
  endpointId,
  host,
  port,
  service,
  addresses,
  silentSince,
}: ShowingEndpoint): CertificatePlaceItem {
  return {
    ...{ endpointId, host, port, addresses, service: serviceWord[service] },
    silentSince: silentSince?.getTime() ?? null,
  };
}

/** Rows of a list with where each certificate is, what comes after it and what is dated beside it. */
export async function certificateItems(
  rows: readonly CertificateRow[],
  { role, now }: { readonly role: CertificateFilter['role']; readonly now: Date },
): Promise<readonly CertificateItem[]> {
  const fingerprints = [...new Set(rows.map(({ certificate }) => certificate.fingerprint))];
  const [places, successors] = await Promise.all([
    readShowingEndpoints(fingerprints, { role, limit: shownPlaces }),
    role === 'ca' ? new Map<string, Successor>() : readSuccessors(fingerprints),
  ]);
  const marksOf = await readCertificateMarks(
    role === 'ca' ? [] : [...places.values()].flatMap(({ endpoints }) => endpoints),
    now,
  );
  return rows.map(({ group, certificate }) => {
    const shown = places.get(certificate.fingerprint) ?? { endpoints: [], total: 0, isAll: true };
    const successor = successors.get(certificate.fingerprint) ?? null;
    return {
      ...{ group, fingerprint: certificate.fingerprint, name: certificateName(certificate), key: keyText(certificate) },
      ...{ issuer: certificate.issuer, selfSigned: certificate.selfSigned, weaknesses: certificate.weaknesses },
      ...{ notBefore: certificate.notBefore.getTime(), notAfter: certificate.notAfter.getTime() },
      ...{ places: shown.endpoints.map(placeItem), total: shown.total, moreThan: !shown.isAll },
      successor:
        successor === null
          ? null
          : {
              ...{ fingerprint: successor.fingerprint, endpointId: successor.endpointId },
              ...{ notBefore: successor.notBefore.getTime(), notAfter: successor.notAfter.getTime() },
              place: `${successor.host}:${String(successor.port)} at ${successor.address}`,
            },
      marks: marksOf(shown.endpoints),
    };
  });
}
