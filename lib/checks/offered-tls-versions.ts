import type { Service } from '../model/endpoint.ts';
import { tlsVersions, type AddressScan, type TlsVersion } from '../model/scan-observation.ts';
import type { ScanCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { decideByPack, passed, superseded, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam, listParam, textParam } from './wording.ts';

type Code = 'sslv3-offered' | 'tls-legacy-offered' | 'tls-no-version-offered' | 'tls-1-3-missing' | 'tls-1-2-missing';

const legacy: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1'];
const current: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];

/** Which TLS versions a server takes, each offered alone. */
export const offeredTlsVersions: ScanCheck = {
  id: 'offered-tls-versions',
  subject: 'scan',
  findings: [
    {
      code: 'sslv3-offered',
      summary: 'A server still takes SSL 3.0',
      refs: [
        'draft-ietf-uta-email-deep-00 section 3.3',
        'draft-ietf-uta-email-deep-00 section 9.1',
        'RFC 7568',
        'checklist row 38',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} still takes SSL 3.0`,
        expected: 'TLS 1.2 and TLS 1.3, nothing older',
        got: `A handshake that offers nothing but SSL 3.0 was answered with ${textParam(params, 'suite')}`,
        meaning:
          'Somebody on the way can lead a client that still knows SSL 3.0 down to it and then read what it sends, passwords ' +
          'included. No tag of the draft is met by it.',
        fix: 'Turn SSL 3.0 off: nothing that is in use today needs it. A server that still has it is long out of support.',
      }),
    },
    {
      code: 'tls-legacy-offered',
      summary: 'A server still takes TLS 1.0 or TLS 1.1',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.1',
        'draft-ietf-uta-email-deep-00 section 11.2',
        'RFC 8996',
        'RFC 8997',
        'checklist row 38',
        'checklist row 39',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} still takes ${listParam(params, 'versions')}`,
        expected: 'TLS 1.2 and TLS 1.3, nothing older',
        got: `A handshake that offers nothing but ${listParam(params, 'versions')} succeeds`,
        meaning:
          'Old clients get a protection with known weaknesses and do not notice. Whoever latched tls10 loses nothing when ' +
          'these versions go, as long as the client can do TLS 1.2: the tag means TLS 1.0 or later.',
        fix:
          'Find out from the log of the server which clients still come with them, help these first, then allow TLS 1.2 ' +
          'and 1.3 only: `ssl_min_protocol = TLSv1.2` (Dovecot), `smtpd_tls_mandatory_protocols = >=TLSv1.2` (Postfix). ' +
          'On port 25 a sender without TLS 1.2 would fall back to clear text, so it is less urgent there.',
      }),
    },
    {
      code: 'tls-no-version-offered',
      summary: 'A server takes no TLS version at all',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.1',
        'RFC 9325 section 3.1.1',
        'checklist row 38',
        'checklist row 47',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} takes no TLS version from 1.0 to 1.3`,
        expected: 'TLS 1.2 and TLS 1.3',
        got: `It refused each version that was offered alone: ${listParam(params, 'refusals')}`,
        meaning: 'No mail client can connect with TLS. Those that latched any tag of this host do not connect at all.',
        fix:
          'Check that the server, or the proxy in front of it, has a certificate and key it can read and a cipher suite ' +
          'that fits the key. Its log says why handshakes fail.',
      }),
    },
    {
      code: 'tls-1-3-missing',
      summary: 'A server does not offer TLS 1.3',
      refs: ['draft-ietf-uta-email-deep-00 section 9.1', 'RFC 9325 section 3.1.1', 'checklist row 47'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not offer TLS 1.3`,
        expected: 'TLS 1.3 beside TLS 1.2',
        got: 'A handshake that offers only TLS 1.3 is refused',
        meaning: 'Nobody is locked out. TLS 1.3 connects faster and hides more from those who listen.',
        fix: 'Allow TLS 1.3 on the server. If its TLS library does not know it, plan the update.',
      }),
    },
    {
      code: 'tls-1-2-missing',
      summary: 'A server takes TLS 1.3 only',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.1',
        'RFC 9325 section 3.1.1',
        'checklist row 39',
        'checklist row 47',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} takes TLS 1.3 only`,
        expected: 'TLS 1.2 beside TLS 1.3',
        got: 'A handshake that offers only TLS 1.2 is refused',
        meaning:
          'The promise of tls12 holds, since it means TLS 1.2 or later. Clients without TLS 1.3 cannot connect, and there ' +
          'are still many of them.',
        fix: 'Allow TLS 1.2 as well, unless you know that all of your customers have clients with TLS 1.3.',
      }),
    },
  ],
  judge: (observation) => judgeScannedAddresses(observation, (scan) => decide(observation.endpoint.service, scan)),
};

function decide(service: Service, { versions, sslv3 }: AddressScan): Decisions<Code> {
  const outcome = (version: TlsVersion) => versions[version].outcome;
  const taken = tlsVersions.filter((version) => outcome(version) === 'accepted');
  const unseen = tlsVersions.filter((version) => outcome(version) === 'unseen');
  const missing = (version: TlsVersion, other: TlsVersion, found: Decision): Decision => {
    if (outcome(version) === 'accepted') return passed;
    // Without the other one it is a fault of its own, and another code says it.
    if (outcome(version) === 'unseen' || outcome(other) === 'unseen') return undecided;
    return outcome(other) === 'accepted' ? found : superseded;
  };
  return {
    'sslv3-offered': decideSslv3(sslv3),
    'tls-legacy-offered': decideLegacy(service, { taken, unseen }),
    'tls-no-version-offered': decideNone({ taken, unseen, versions }),
    'tls-1-3-missing': missing('TLSv1.3', 'TLSv1.2', decideByPack({ draft: 'pass', current: 'info' })),
    'tls-1-2-missing': missing('TLSv1.2', 'TLSv1.3', { verdict: 'info' }),
  };
}

function decideSslv3(offer: AddressScan['sslv3']): Decision {
  switch (offer.outcome) {
    case 'accepted':
      return { verdict: 'fail', params: { suite: offer.facts.name } };
    case 'refused':
      return passed;
    case 'unseen':
      return undecided;
  }
}

interface Taken {
  readonly taken: readonly TlsVersion[];
  readonly unseen: readonly TlsVersion[];
}

/** Between mail servers the alternative to weak TLS is no TLS, which is worse. */
function decideLegacy(service: Service, { taken, unseen }: Taken): Decision {
  const old = taken.filter((version) => legacy.includes(version));
  if (old.length > 0) {
    return decideByPack({ draft: 'pass', current: service === 'smtp' ? 'warn' : 'fail' }, { versions: old });
  }
  return unseen.some((version) => legacy.includes(version)) ? undecided : passed;
}

function decideNone({ taken, unseen, versions }: Taken & Pick<AddressScan, 'versions'>): Decision {
  if (taken.some((version) => current.includes(version))) return passed;
  // The probe meets the old version and says that there is nothing better.
  if (taken.length > 0) return superseded;
  if (unseen.length > 0) return undecided;
  const refusals = tlsVersions.map((version) => {
    const offer = versions[version];
    return `${version} ${offer.outcome === 'refused' ? offer.said.slice(0, 80) : ''}`.trim();
  });
  return { verdict: 'crit', params: { refusals } };
}
