import { readChain } from '../x509/read-chain.ts';
import type { ProbeFailure, TlsFacts } from './observation.ts';
import type { AddressScan, Exchange, Offer, Sighting, TlsVersion, WeakSuiteKind } from './scan-observation.ts';

/* What a deep scan saw of one address, as lines for people: the same on the command line and in the console. */

export interface ScanFact {
  readonly name: string;
  /** May hold text from a stranger: make it fit to show. */
  readonly value: string;
  /** False: nobody could look. */
  readonly seen: boolean;
}

const versionNames: Readonly<Record<TlsVersion, string>> = {
  'TLSv1.3': 'TLS 1.3',
  'TLSv1.2': 'TLS 1.2',
  'TLSv1.1': 'TLS 1.1',
  TLSv1: 'TLS 1.0',
};
const suiteNames: Readonly<Record<WeakSuiteKind, string>> = {
  null: 'No encryption',
  export: 'Export grade',
  rc4: 'RC4',
  '3des': 'DES, 3DES, IDEA',
  anonymous: 'No certificate',
  'static-rsa': 'RSA key exchange',
};

/** Everything that was looked for at this address, in one order. What was not asked for is left out. */
export function listScanFacts(scan: AddressScan): readonly ScanFact[] {
  const { versions, sslv3, weakSuites, keys, withoutServerName, repeated } = scan;
  const [usual] = repeated;
  return [
    ...(['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'] as const).map((version) =>
      fact(versionNames[version], versions[version], ({ cipher }) => `yes, ${cipher}`),
    ),
    fact('SSL 3.0', sslv3, ({ name }) => `yes, ${name}`),
    ...(['null', 'export', 'rc4', '3des', 'anonymous', 'static-rsa'] as const).map((kind) =>
      fact(suiteNames[kind], weakSuites[kind], ({ name }) => `yes, ${name}`),
    ),
    fact('RSA key', keys.rsa, leafText),
    fact('EC key', keys.ec, leafText),
    ...(withoutServerName === null
      ? []
      : [fact('Without SNI', withoutServerName, (tls) => withoutNameText(tls, usual))]),
    sighting('Client certificate', scan.certificateRequest, { yes: 'asked for', no: 'not asked for' }),
    sighting('close_notify', scan.closeNotify, { yes: 'sent before the end', no: 'not sent' }),
    pool(repeated),
    ...exchange('STAT before login', scan.statBeforeLogin),
    ...exchange('MAIL before TLS', scan.mailBeforeTls),
    ...exchange('CLIENT, good', scan.clientCommand?.good ?? null),
    ...exchange('CLIENT, bad', scan.clientCommand?.bad ?? null),
    ...(scan.injection === null
      ? []
      : [
          sighting('Injected command', scan.injection.obeyed, {
            yes: `obeyed inside TLS: ${scan.injection.reply ?? ''}`,
            no: 'not obeyed',
          }),
        ]),
  ];
}

function fact<T>(name: string, offer: Offer<T>, show: (facts: T) => string): ScanFact {
  switch (offer.outcome) {
    case 'accepted':
      return { name, value: show(offer.facts), seen: true };
    case 'refused':
      return { name, value: `no (${offer.said})`, seen: true };
    case 'unseen':
      return { name, value: `not seen: ${failureWords(offer.failure)}`, seen: false };
  }
}

function sighting(
  name: string,
  seen: Sighting,
  words: Readonly<Record<Extract<Sighting, 'yes' | 'no'>, string>>,
): ScanFact {
  switch (seen) {
    case 'yes':
    case 'no':
      return { name, value: words[seen], seen: true };
    case 'encrypted':
      return { name, value: 'cannot be told: TLS 1.3 hides it', seen: true };
    case 'unseen':
      return { name, value: 'not seen', seen: false };
  }
}

function exchange(name: string, said: Exchange | null): readonly ScanFact[] {
  if (said === null) return [];
  return [{ name, value: said.reply ?? 'not answered', seen: said.reply !== null }];
}

function pool(repeated: readonly TlsFacts[]): ScanFact {
  const name = 'Behind the address';
  if (repeated.length === 0) return { name, value: 'not seen', seen: false };
  const answers = new Set(repeated.map(({ version, cipher, chain }) => [version, cipher, ...chain].join(' ')));
  const handshakes = repeated.length === 1 ? '1 handshake' : `${String(repeated.length)} handshakes`;
  const value = answers.size === 1 ? `${handshakes}, one answer` : `${handshakes}, ${String(answers.size)} answers`;
  return { name, value, seen: true };
}

function leafText({ chain, cipher }: TlsFacts): string {
  const [leaf] = readChain(chain);
  const subject = leaf?.subject ?? 'a certificate that cannot be read';
  return `${subject}, ${cipher}`;
}

function withoutNameText(tls: TlsFacts, usual: TlsFacts | undefined): string {
  const same = usual !== undefined && usual.chain[0] === tls.chain[0];
  return same ? 'the same certificate' : `another certificate: ${leafText(tls)}`;
}

function failureWords({ stage, reason, said }: ProbeFailure): string {
  return said === undefined ? `${reason} (${stage})` : `${reason} (${stage}): ${said}`;
}
