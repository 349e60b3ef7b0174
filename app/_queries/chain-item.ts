import type { ChainCard, ChainPictureItem } from '#components/chain-card.ts';
import type { ChainItem } from '#components/chain-table.tsx';
import { showRecord } from '#lib/checks/tlsa-facts.ts';
import type { ComparedRecord } from '#lib/checks/tlsa-records.ts';
import type { AddressSession, TlsFacts } from '#lib/model/observation.ts';
import { isIssuedBy, type Certificate } from '#lib/x509/certificate.ts';
import { keyText } from '#lib/x509/key-text.ts';
import { readChain, type ReadChain } from '#lib/x509/read-chain.ts';

/** TLSA records by the fingerprint of the certificate that they match at one address. */
type MatchedRecords = ReadonlyMap<string, readonly string[]>;

/** Which record matches which certificate of an address. */
export function matchedRecords(records: readonly ComparedRecord[], address: string): MatchedRecords {
  const matched = new Map<string, string[]>();
  for (const { record, at } of records) {
    for (const { address: here, outcome } of at) {
      if (here !== address || outcome.kind !== 'match') continue;
      const { fingerprint } = outcome.certificate;
      const known = matched.get(fingerprint) ?? [];
      if (!known.includes(showRecord(record))) known.push(showRecord(record));
      matched.set(fingerprint, known);
    }
  }
  return matched;
}

/** A chain (base64 DER, leaf first) as rows of a table; null stands for a certificate that could not be read. */
export function chainItems(
  chain: readonly string[],
  records: MatchedRecords = new Map(),
): readonly (ChainItem | null)[] {
  return readChain(chain).map((certificate, index) =>
    certificate === null
      ? null
      : {
          fingerprint: certificate.fingerprint,
          role: roleOf(certificate, index),
          subject: certificate.subject,
          names: certificate.dnsNames,
          issuer: certificate.issuer,
          keyType: certificate.keyType,
          key: keyText(certificate),
          records: records.get(certificate.fingerprint) ?? [],
          logIds: certificate.timestamps.map(({ logId }) => logId),
          notBefore: certificate.notBefore,
          notAfter: certificate.notAfter,
        },
  );
}

function roleOf(certificate: Certificate, index: number): string {
  return index === 0 ? 'Server' : certificate.isSelfIssued ? 'Root' : 'CA';
}

/**
 * The chain of a handshake as a picture: the path that was trusted, with what of it the server did not send, and what it
 * sent besides; where no path was trusted, what was sent in its order.
 */
function chainPictureItem(tls: TlsFacts, records: MatchedRecords): ChainPictureItem {
  const sent = readChain(tls.chain);
  const { pkix } = tls;
  if (!pkix.trusted) {
    return {
      cards: sent.map((one, index) => cardOf(one, { index, chain: sent, records, note: null })),
      end: { trusted: false, text: `Not trusted by ${pkix.store}: ${pkix.error}` },
    };
  }
  const path = readChain(pkix.path);
  const isIn = (chain: ReadChain, wanted: Certificate | null) =>
    wanted !== null && chain.some((one) => one?.fingerprint === wanted.fingerprint);
  const needless = sent.filter((one) => !isIn(path, one));
  return {
    cards: [
      ...path.map((one, index) =>
        cardOf(one, { index, chain: path, records, note: isIn(sent, one) ? null : 'not sent, known to us' }),
      ),
      ...needless.map((one) => ({ ...cardOf(one, { index: 1, chain: [], records, note: 'sent, not needed' }) })),
    ],
    end: { trusted: true, text: `Trusted by ${pkix.store}` },
  };
}

function cardOf(
  certificate: Certificate | null,
  {
    index,
    chain,
    records,
    note,
  }: {
    readonly index: number;
    readonly chain: ReadChain;
    readonly records: MatchedRecords;
    readonly note: string | null;
  },
): ChainCard {
  const above = index === 0 ? undefined : chain[index - 1];
  if (certificate === null) {
    return {
      role: 'Certificate',
      name: 'cannot be read',
      key: 'unknown',
      validity: null,
      note,
      records: [],
      link: 'none',
    };
  }
  const { notBefore, notAfter, commonName, subject, fingerprint } = certificate;
  return {
    role: roleOf(certificate, index),
    name: commonName ?? (subject === '' ? '(empty subject)' : subject),
    key: keyText(certificate),
    validity: { notBefore, notAfter },
    note,
    records: records.get(fingerprint) ?? [],
    link: above === undefined || above === null ? 'none' : isIssuedBy(above, certificate) ? 'signed' : 'not-signed',
  };
}

/** Every chain that an address showed: a server may have a certificate of each key type. */
export function chainPictures(
  { tls, otherHandshake }: AddressSession,
  records: MatchedRecords,
): readonly ChainPictureItem[] {
  const shown = [tls, otherHandshake?.tls.ok === true ? otherHandshake.tls.facts : null];
  return shown.flatMap((facts) =>
    facts === null || facts.chain.length === 0 ? [] : [chainPictureItem(facts, records)],
  );
}
