import { isOffered, type SetupEndpoint, type SetupResult } from './setup-result.ts';

/** What can be said where all of these codes were looked for and none was found. */
interface Rule {
  readonly codes: readonly string[];
  readonly says: string;
  /** Whether there was anything to look at; absent: the checks say so themselves. */
  readonly needs?: (result: SetupResult) => boolean;
}

const rules: readonly Rule[] = [
  {
    codes: [
      'certificate-untrusted',
      'certificate-self-signed',
      'certificate-authority-unknown',
      'certificate-intermediate-missing',
    ],
    says: 'Mail programs trust every certificate.',
  },
  { codes: ['certificate-name-mismatch'], says: 'Every certificate is for the name that customers use.' },
  { codes: ['certificate-expiry', 'chain-expiry'], says: 'No certificate is about to expire.' },
  {
    codes: ['tls-version-obsolete', 'tls-handshake-failed'],
    says: 'Every TLS connection came about, with a current version.',
  },
  {
    codes: ['starttls-missing', 'starttls-broken'],
    says: 'Where TLS begins with STARTTLS, it is offered and works.',
    needs: ({ endpoints }) =>
      endpoints.some(({ target, standing }) => target.tlsMode === 'starttls' && standing === 'answers'),
  },
  { codes: ['plaintext-password'], says: 'No server takes a password before TLS.' },
  {
    codes: ['tlsa-mismatch', 'tlsa-unsigned', 'tlsa-unusable'],
    says: 'The TLSA records are signed and fit the certificates.',
    needs: ({ endpoints, findings }) =>
      findings.filter(({ code }) => code === 'tlsa-absent').length < endpoints.filter(isOffered).length,
  },
  {
    codes: ['srv-target-dead', 'srv-denied-but-alive'],
    says: 'What the SRV records name is there.',
    needs: ({ endpoints }) => endpoints.some(({ origin }) => origin === 'srv'),
  },
];

/** What is good, in plain sentences. Nothing is good that was not looked at. */
export function goodWords(result: SetupResult): readonly string[] {
  const { endpoints, findings, passed, dnssec } = result;
  if (result.ownNetworkDown) return [];
  const found = new Set(findings.map(({ code }) => code));
  const fine = new Set(passed.filter(({ count }) => count > 0).map(({ code }) => code));
  return [
    ...answeringWords(endpoints.filter(isOffered), result.cutShort),
    ...rules
      .filter(
        ({ codes, needs }) => needs?.(result) !== false && codes.every((code) => fine.has(code) && !found.has(code)),
      )
      .map(({ says }) => says),
    ...(dnssec === 'secure' ? ['The zone of the domain is signed, without a gap from the root down.'] : []),
  ];
}

function answeringWords(offered: readonly SetupEndpoint[], cutShort: boolean): readonly string[] {
  const answering = offered.filter(({ standing }) => standing === 'answers').length;
  if (answering === 0) return [];
  if (answering < offered.length || cutShort)
    return [`${String(answering)} of ${String(offered.length)} endpoints answer.`];
  return [answering === 1 ? 'The one endpoint answers.' : `All ${String(answering)} endpoints answer.`];
}
