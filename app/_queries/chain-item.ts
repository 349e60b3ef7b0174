import type { ChainItem } from '#components/chain-table.tsx';
import { readChain } from '#lib/x509/read-chain.ts';

/** A chain (base64 DER, leaf first) as rows of a table; null stands for a certificate that could not be read. */
export function chainItems(chain: readonly string[]): readonly (ChainItem | null)[] {
  return readChain(chain).map((certificate, index) =>
    certificate === null
      ? null
      : {
          fingerprint: certificate.fingerprint,
          role: index === 0 ? 'Server' : certificate.isSelfIssued ? 'Root' : 'CA',
          subject: certificate.subject,
          names: certificate.dnsNames,
          issuer: certificate.issuer,
          keyType: certificate.keyType,
          logIds: certificate.timestamps.map(({ logId }) => logId),
          notBefore: certificate.notBefore,
          notAfter: certificate.notAfter,
        },
  );
}
