import { worstVerdict } from '../model/finding.ts';
import type { KeyFamily, TlsFacts } from '../model/observation.ts';
import type { AddressScan, ScanObservation } from '../model/scan-observation.ts';
import { readChain } from '../x509/read-chain.ts';
import { decideBegin, decideExpiry, decidePathExpiry, describeEnd } from './certificate-dates.ts';
import { decideIdentity } from './certificate-identity.ts';
import { decideTrust } from './certificate-trust.ts';
import type { FindingDefinition, JudgeContext, ScanCheck } from './check.ts';
import { untrustedCertificateMeans } from './consequences.ts';
import type { Decision, Decisions } from './decision.ts';
import { notApplicable, undecided } from './decision.ts';
import { acceptedFacts, judgeScannedAddresses, usualHandshake } from './scan-address.ts';
import { countParam, hostParam, listParam, textParam, timeParam } from './wording.ts';

type Code = 'other-certificate-expiry' | 'other-certificate-untrusted' | 'other-certificate-name';

const families: readonly KeyFamily[] = ['rsa', 'ec'];
const familyNames: Readonly<Record<string, string>> = { rsa: 'RSA', ec: 'ECDSA' };

const meaning =
  'Only clients that prefer this kind of key meet this certificate, so the fault does not show on your desk. ' +
  untrustedCertificateMeans;

/**
 * The certificate that a server keeps for the other kind of key, which the usual handshake does not show: its dates, its
 * path and its names count as those of the first.
 */
export const otherCertificate: ScanCheck = {
  id: 'other-certificate',
  subject: 'scan',
  findings: [
    define({
      code: 'other-certificate-expiry',
      summary: 'The second certificate of a server, for another kind of key, expires soon or is out of its dates',
      row: 'checklist row 2',
      text: (params) => ({
        title: `${familyOf(params)} certificate of ${hostParam(params)} ${describeDates(params)}`,
        expected: 'Each certificate of the server renewed with more than 25 % of its lifetime left',
        got: `${textParam(params, 'subject')}, valid from ${timeParam(params, 'notBefore')} to ${timeParam(params, 'notAfter')}`,
        meaning,
        fix:
          'Renew both certificates of the server together, or drop the RSA one if no client needs it any more, and reload ' +
          'the server.',
      }),
    }),
    define({
      code: 'other-certificate-untrusted',
      summary: 'The second certificate of a server, for another kind of key, is not trusted',
      row: 'RFC 5280 section 6',
      text: (params) => ({
        title: `${familyOf(params)} certificate of ${hostParam(params)} is not trusted`,
        expected: `A path to a root in ${textParam(params, 'store')}`,
        got: `OpenSSL refuses ${textParam(params, 'subject')}: ${textParam(params, 'error')}`,
        meaning,
        fix: 'Install the full chain of this certificate as well, or take the certificate out of the configuration.',
      }),
    }),
    define({
      code: 'other-certificate-name',
      summary: 'The second certificate of a server, for another kind of key, is for another name',
      row: 'checklist row 14',
      text: (params) => ({
        title: `${familyOf(params)} certificate of ${hostParam(params)} is for another name`,
        expected: `A DNS name ${textParam(params, 'host')} in each certificate of the server`,
        got:
          countParam(params, 'presented') === 0
            ? `No DNS name at all; the subject ${textParam(params, 'subject')} does not count`
            : `The certificate is for ${listParam(params, 'presented')}`,
        meaning,
        fix: 'Have both certificates issued for the same names, or take this one out of the configuration.',
      }),
    }),
  ],
  judge: (observation, context) => judgeScannedAddresses(observation, (scan) => decide(observation, scan, context)),
};

function define(finding: Pick<FindingDefinition, 'code' | 'summary' | 'text'> & { readonly row: string }) {
  const { row, ...rest } = finding;
  return {
    ...rest,
    refs: [
      'draft-ietf-uta-email-deep-00 section 10.3',
      'draft-ietf-uta-email-deep-00 section 10.5',
      'checklist row 1',
      row,
      'checklist row 13',
    ],
    confirmations: 1,
  } as const;
}

function decide({ endpoint }: ScanObservation, scan: AddressScan, context: JudgeContext): Decisions<Code> {
  const first = usualHandshake(scan)?.chain[0];
  const others = families.flatMap((family) => {
    const tls = acceptedFacts(scan.keys[family]);
    return tls === null || tls.chain[0] === first ? [] : [{ family, tls }];
  });
  const rest = families.some((family) => scan.keys[family].outcome === 'unseen') ? undecided : notApplicable;
  const over = (judge: (tls: TlsFacts) => readonly Decision[]): Decision =>
    pickWorst([
      ...others.flatMap(({ family, tls }) =>
        judge(tls).map((one): Decision => ({
          ...one,
          params: { ...one.params, family: familyNames[family] ?? family },
        })),
      ),
      rest,
    ]);
  return {
    'other-certificate-expiry': over((tls) => decideDates(tls, scan.startedAt, context.now)),
    'other-certificate-untrusted': over((tls) => Object.values(decideTrust({ tls, startedAt: scan.startedAt }))),
    'other-certificate-name': over((tls) =>
      Object.values(decideIdentity(context.declaration?.serverName ?? endpoint.host, tls)),
    ),
  };
}

function decideDates(tls: TlsFacts, seenAt: number, now: number): readonly Decision[] {
  const leaf = readChain(tls.chain)[0] ?? null;
  if (leaf === null) return [undecided];
  const dates = [decideExpiry(leaf, now), decideBegin(leaf, now)];
  return tls.pkix.trusted ? [...dates, decidePathExpiry({ tls, leaf, now, seenAt })] : dates;
}

function pickWorst(decisions: readonly Decision[]): Decision {
  const worst = worstVerdict(decisions.map(({ verdict }) => verdict));
  return decisions.find(({ verdict }) => verdict === worst) ?? notApplicable;
}

function familyOf(params: Parameters<FindingDefinition['text']>[0]): string {
  return textParam(params, 'family', 10);
}

function describeDates(params: Parameters<FindingDefinition['text']>[0]): string {
  return params.state === undefined ? `is not valid before ${timeParam(params, 'notBefore')}` : describeEnd(params);
}
